# Roots, overlays, owners and secrets, which the kernel's version changes: the older mount interface of overlay, images by a loop device,
# idmapped file systems, noswap; read by guest.sh. On the disk, because the root of the machine is an overlay.

modprobe virtio_blk 2>/dev/null
modprobe ext4 2>/dev/null
eventually test -b /dev/vda
if mkfs.ext4 -q /dev/vda && mkdir -p /run/disk && mount /dev/vda /run/disk
then
  chmod 1777 /run/disk
  TMPDIR=/run/disk
  export TMPDIR
  for m in erofs squashfs loop overlay; do modprobe $m 2>/dev/null; done
  whole tests/tools/nc-rootfs-owner.t
  whole tests/tools/nc-rootfs-image.t
  whole tests/tools/nc-secrets.t
  unset TMPDIR
  is "no loop device is left" "$(cat /sys/block/loop*/loop/backing_file 2>/dev/null)" ""
  umount /run/disk
else skip "roots and secrets" "a file system on the disk"
fi
