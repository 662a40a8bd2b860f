# name -> what to do in its place
{
  image = "A root file system is given as `rootfs`.";
  natBackend = "There is no bridged network.";
  egressAllow = "There is no filtered network.";
  egressDomains = "There is no filtered network.";
  egressTcpPorts = "`landlock.connect` names the TCP ports that may be connected to.";
  egressUdpPorts = "There is no filtered network.";
  credentialBroker = "There is no broker of credentials.";
  credentialBrokerNoProxyEnv = "There is no broker of credentials.";
  portForwards = "`listenStreams` gives the service its sockets.";
  trustLevel = "`mode` says how much is refused.";
  gvisorPlatform = "There is no gVisor.";
  healthCheck = "There are no health checks.";
  healthInterval = "There are no health checks.";
  healthRetries = "There are no health checks.";
  healthStartPeriod = "There are no health checks.";
  readinessExec = "`sdNotify` is the way to be ready.";
  readinessTcp = "`sdNotify` is the way to be ready; a socket of `listenStreams` is there before the service is.";
  extraArgs = "`steps` takes steps of your own.";
}
