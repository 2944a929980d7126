/**
 * Networks whose addresses say nothing about where their users are, beside those that hide their users: satellite operators, whose ground
 * stations may be on another continent, and networks on board of ships and planes. By AS number, as registered in November 2026.
 *
 * Anycast addresses are in hosting networks, which are no places either.
 */
const asnsOf: Readonly<Record<string, readonly number[]>> = {
  SpaceX: [14593, 27277],
  Viasat: [7155, 16491, 40306, 40311],
  Hughes: [6621, 12440, 63062],
  Eutelsat: [15829, 29286, 34444, 201935],
  OneWeb: [800],
  Intelsat: [22351, 26243],
  Inmarsat: [25222, 31753],
  Iridium: [22184],
  Kacific: [135409],
  Speedcast: [4913, 32034, 38456],
  Marlink: [5377, 24039, 44933, 210314],
  KVH: [25687],
  'Panasonic Avionics': [64294],
  Anuvu: [400110],
}

export const placelessNetworks: ReadonlySet<number> = new Set(Object.values(asnsOf).flat())
