import { didYouMean } from '@sallyport/engine'

/** Written in any of the usual ways: `ip_address`, `IPAddress`. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '')
}

/** Other names for what an attribute is, as people write them. */
const alsoKnownAs: Readonly<Record<string, string>> = {
  clientip: 'ipAddress',
  remoteaddr: 'ipAddress',
  remoteaddress: 'ipAddress',
  address: 'ipAddress',
  xforwardedfor: 'ipAddress',
  ua: 'userAgent',
  browser: 'userAgent',
  fingerprint: 'deviceId',
  visitorid: 'deviceId',
  requestid: 'idempotencyKey',
  key: 'idempotencyKey',
  actioncode: 'action',
  mail: 'email',
  mobile: 'phoneNumber',
  tel: 'phoneNumber',
  data: 'custom',
  metadata: 'custom',
  attributes: 'custom',
  returnurl: 'redirectUrl',
  callbackurl: 'redirectUrl',
}

/** `; did you mean …?` for an attribute that does not exist. Empty: it resembles none. */
export function suggestAttribute(name: string, known: readonly string[]): string {
  const wanted = plain(name)
  const other = Object.hasOwn(alsoKnownAs, wanted) ? alsoKnownAs[wanted] : undefined
  const alias = other !== undefined && known.includes(other) ? other : undefined
  const begun = known.filter((each) => plain(each) === wanted || (wanted.length >= 2 && plain(each).startsWith(wanted)))
  const meant = alias ?? (begun.length === 1 ? begun[0] : undefined)
  return meant === undefined ? didYouMean(name, known) : `; did you mean \`${meant}\`?`
}
