/**
 * Networks whose addresses say nothing about where their users are, beside those that hide their users: satellite operators, whose ground
 * stations may be on another continent, and networks on board of ships and planes.
 *
 * Anycast addresses are in hosting networks, which are no places either.
 *
 * Written by tools/write-placeless-networks.ts from the server's table of access networks; a test compares the two.
 */
export const placelessNetworks: ReadonlySet<number> = new Set([
  800, 1358, 4913, 5377, 6621, 7155, 8264, 11167, 12440, 12684, 14593, 15829, 16491, 17648, 22184, 22351, 24039, 25222, 25687, 26243, 27277,
  28613, 29137, 29286, 31515, 31753, 32034, 34444, 38456, 39356, 40306, 40311, 44795, 44933, 46536, 60725, 63062, 64294, 135409, 201935,
  204276, 210314, 265705, 273754, 328306, 400110,
])
