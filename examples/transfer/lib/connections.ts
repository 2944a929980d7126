/**
 * The places from which the visitor pretends to connect. Only for this demo: a real application calls `clientIp` of `@sallyport/node`.
 * The addresses are real, so that Sallyport knows facts about them.
 */
export interface Connection {
  id: ConnectionId
  label: string
  place: string
  ipAddress: string
}

export type ConnectionId = 'home' | 'office' | 'mobile' | 'hotel' | 'vpn' | 'tor'

export const connections: readonly Connection[] = [
  { id: 'home', label: 'Home broadband', place: 'Comcast, California', ipAddress: '73.162.44.18' },
  { id: 'office', label: 'Office', place: 'AT&T business line', ipAddress: '12.203.146.10' },
  { id: 'mobile', label: 'Mobile carrier', place: 'T-Mobile US', ipAddress: '172.56.21.90' },
  { id: 'hotel', label: 'Hotel Wi-Fi abroad', place: 'Lisbon, Portugal', ipAddress: '81.193.12.44' },
  { id: 'vpn', label: 'Commercial VPN', place: 'Exit server at M247', ipAddress: '146.70.115.163' },
  { id: 'tor', label: 'Tor', place: 'Exit relay in Germany', ipAddress: '185.220.101.33' },
]

export const connectionCookie = 'demo_connection'

/** The chosen connection, by default the one at home. */
export function findConnection(id: string | undefined): Connection {
  const [home] = connections
  const chosen = connections.find((connection) => connection.id === id) ?? home
  if (chosen === undefined) throw new Error('there are no connections')
  return chosen
}
