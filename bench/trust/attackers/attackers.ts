import type { Attacker } from './attack.ts'
import { bePatient, beThereFirst } from './be-patient.ts'
import { copyDeviceId } from './copy-device-id.ts'
import { hideInVpn } from './hide-in-vpn.ts'
import { liveNearby } from './live-nearby.ts'
import { shareWifi } from './share-wifi.ts'
import { stuffFromTor } from './stuff-from-tor.ts'

/** The attackers, from those who know least to those who have most. */
export const attackers = { stuffFromTor, hideInVpn, liveNearby, bePatient, beThereFirst, copyDeviceId, shareWifi } satisfies Record<
  string,
  Attacker
>

export type AttackerName = keyof typeof attackers

export const attackerNames = Object.keys(attackers) as AttackerName[]
