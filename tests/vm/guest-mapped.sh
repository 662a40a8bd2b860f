# Owners that an idmapped mount shows otherwise, on ext4 in an image: a part of guest-services.sh

modprobe ext4 2>/dev/null
modprobe loop 2>/dev/null
truncate -s 32M /srv/image
if command -v mkfs.ext4 >/dev/null && mkfs.ext4 -q -F /srv/image && mount -o loop /srv/image /srv/disk
then
  mkdir -m 700 /srv/disk/data
  echo x >/srv/disk/data/theirs
  chown -R 7777:7777 /srv/disk/data
  u=$(id -u www-data)
  lines () { [ -e "/srv/disk/data/$1" ] && [ "$(wc -l <"/srv/disk/data/$1")" = "$2" ]; }
  systemctl start mapped
  ok "mapped: starts" wait_for lines runs 1
  well mapped
  is "mapped: the directory and what is in it are the program's own; control: nobody's without own" "$(cat /srv/disk/data/runs)" "$u $u $u 65534"
  is "mapped: what it makes belongs to the owner of the directory" "$(stat -c %u:%g /srv/disk/data/runs)" 7777:7777
  systemctl kill -s KILL mapped
  ok "mapped: killed, it comes back to its data" wait_for lines runs 2
  systemctl stop mapped
  systemctl start leased
  ok "leased: an id that no one has: starts" wait_for lines leases 1
  well leased
  like "leased: and sees the same directory as its own" "$(cat /srv/disk/data/leases)" '^(18[0-9]{8}) \1$'
  is "leased: what it makes belongs to the owner of the directory" "$(stat -c %u:%g /srv/disk/data/leases)" 7777:7777
  ok "leased: restarts" systemctl restart leased
  ok "leased: and has its data" wait_for lines leases 2
  systemctl stop leased
  umount /srv/disk
else skip "idmapped directories" "mkfs.ext4, and a loop device"
fi
