/** Better words for a transfer's data than the sentences about a decision have, which know only the names that the application sends. */
export const dataWords = [{ name: /(the )?(transactionValue|transaction value)/g, words: 'the amount in dollars' }]

/** The most important signals, in the order of display, with their labels. The other signals are listed under their own names. */
export const signalLabels: Readonly<Record<string, string>> = {
  'custom.transactionValue': 'Amount in dollars',
  'ip.asnName': 'Network',
  'ip.location.country.countryCode': 'Country',
  'ip.isAnonymous': 'Anonymous address',
  'ip.isTor': 'Tor exit',
  'ip.isVpn': 'VPN',
  'ip.isHosting': 'Hosting network',
  'ip.isTrusted': 'Trusted for this customer',
  'ip.isUnrecognized': 'Unrecognised address',
  'device.isNew': 'New device',
  'user.hasPasskey': 'Has a passkey',
}
