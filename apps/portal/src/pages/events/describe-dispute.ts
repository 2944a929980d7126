import type { Receipt } from './receipt.ts'

type Dispute = NonNullable<Receipt['dispute']>

/** One thing that a dispute changed: what it was, and what it is. */
export interface DisputeChange {
  what: string
  before: string
  after: string
}

/** What a dispute took back, line by line. What stayed as it was is left out. */
export function disputeChanges({ address, network, device }: Pick<Dispute, 'address' | 'network' | 'device'>): DisputeChange[] {
  const trust = (is: boolean) => (is ? 'trusted' : 'not trusted')
  const times = (count: number) => (count === 0 ? 'never' : count === 1 ? 'once' : `${count.toLocaleString('en')} times`)
  const all: DisputeChange[] = []
  const add = <T>(what: string, shift: { before: T; after: T }, show: (value: T) => string) => {
    if (shift.before !== shift.after) all.push({ what, before: show(shift.before), after: show(shift.after) })
  }
  if (address !== undefined) {
    add(`Trust in the address ${address.address}`, address.isTrusted, trust)
    add('Times the user came well from it', address.timesSeen, times)
    add('Reputation of the address (100 is the worst)', address.reputation, String)
  }
  if (network !== undefined) add(`Times the user came well from ${network.network}`, network.timesSeen, times)
  if (device !== undefined) {
    add(`Trust in the device ${device.deviceId}`, device.isTrusted, trust)
    add('Times the user came well with it', device.timesSeen, times)
  }
  return all
}
