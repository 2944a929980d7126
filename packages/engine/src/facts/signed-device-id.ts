/** `dk_` and the SHA-256 of a P-256 public key in base64url. */
const form = /^dk_[A-Za-z0-9_-]{43}$/

/**
 * True for the id of a device that has a key: it names the public key, so only a proof made with the private key shows that the device is
 * there. Without one, the id is text that somebody may have copied.
 */
export function isSignedDeviceId(deviceId: string): boolean {
  return deviceId.length === 46 && form.test(deviceId)
}
