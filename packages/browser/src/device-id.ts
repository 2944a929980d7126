export interface DeviceIdCookie {
  name: string
  /** Default: the page's host without `www.`. */
  domain: string | undefined
}

/** Browsers keep a cookie for at most 400 days. Every page view restarts that period. */
const maxAgeInSeconds = 400 * 24 * 60 * 60

/** The id of this browser: a UUID version 4 in a cookie, created on the first visit. Empty outside a browser. */
export function keepDeviceId(cookie: DeviceIdCookie): string {
  if (typeof document === 'undefined') return ''
  const id = readCookie(cookie.name) || newId()
  writeDeviceId(cookie, id)
  return id
}

export function writeDeviceId({ name, domain }: DeviceIdCookie, id: string): void {
  const { hostname, protocol } = location
  // A host with one label (localhost) or an address is not a domain, so the cookie is for that host only.
  const ofHost = /\.[a-z][a-z0-9-]*$/i.test(hostname) ? hostname.replace(/^www\./, '') : ''
  const suffix = domain || ofHost
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser
  document.cookie = `${name}=${encodeURIComponent(id)}; path=/; max-age=${maxAgeInSeconds}; samesite=lax${suffix && `; domain=${suffix}`}${
    protocol === 'https:' ? '; secure' : ''
  }`
}

function readCookie(name: string): string {
  const pair = document.cookie.split('; ').find((text) => text.startsWith(`${name}=`))
  return pair ? decodeURIComponent(pair.slice(name.length + 1)) : ''
}

/** `crypto.randomUUID` exists on secure pages only. RFC 9562, "UUID Version 4". */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
