import type { Person } from './person.ts'
import type { Machine } from './plan-transfers.ts'

/**
 * What the customers' device ids are. `signed`: made of keys, which nobody else has. `signed, and used by malware`: whoever has the id of a
 * customer can also let the browser sign.
 */
export type DeviceIds = 'copyable' | 'signed' | 'signed, and used by malware'

export interface IdSigner {
  /** The machine of a customer, which signs. */
  asOwner<M extends Machine>(machine: M): M
  /** The machine of an attacker: own devices sign, those of customers only for malware. */
  asAttacker<M extends Machine>(machine: M): M
}

/** Gives the same devices signed ids, so that the same transfers and attacks can be compared. */
export function createIdSigner(people: readonly Person[], ids: DeviceIds): IdSigner {
  if (ids === 'copyable') return { asOwner: (machine) => machine, asAttacker: (machine) => machine }
  const ofCustomers = new Set(people.flatMap(({ phones, computers }) => [...phones, ...computers].map(({ deviceId }) => deviceId)))
  const isMalware = ids !== 'signed'
  return {
    asOwner: (machine) => signed(machine, true),
    asAttacker: (machine) => signed(machine, isMalware || !ofCustomers.has(machine.deviceId ?? '')),
  }
}

function signed<M extends Machine>(machine: M, hasKey: boolean): M {
  if (machine.deviceId === null) return machine
  return { ...machine, deviceId: `dk_${machine.deviceId.replaceAll('-', '').padEnd(43, 'A')}`, ...(hasKey && { deviceProof: 'valid' }) }
}
