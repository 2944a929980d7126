import type { DisputeEffect, Shift } from '../stored/instance.ts'

/** What a dispute took back, in sentences. Each says what is so now; what did not change is left out. */
export function disputeSentence({ learnt, address, network, device }: DisputeEffect): string {
  const sentences: string[] = []
  if (device !== undefined) {
    if (isLost(device.isTrusted)) sentences.push(`The device ${device.deviceId} is no longer trusted.`)
    if (isForgotten(device.timesSeen)) sentences.push(`The device ${device.deviceId} is new to the user again.`)
  }
  if (address !== undefined) {
    if (isLost(address.isTrusted)) sentences.push(`The address ${address.address} is no longer trusted.`)
    if (isForgotten(address.timesSeen)) sentences.push(`The address ${address.address} is new to the user again.`)
  }
  if (network !== undefined && isForgotten(network.timesSeen)) sentences.push(`The network ${network.network} is new to the user again.`)
  if (address !== undefined && address.reputation.before !== address.reputation.after) {
    const { before, after } = address.reputation
    sentences.push(`The reputation of the address went from ${before} to ${after}, where 100 is the worst.`)
  }
  const isUnlearnt = learnt !== null && learnt !== 'failure'
  if (sentences.length === 0)
    return isUnlearnt ? 'The action no longer counts as usual for the user.' : 'Nothing had been learned from the action.'
  return sentences.join(' ')
}

function isLost({ before, after }: Shift<boolean>): boolean {
  return before && !after
}

function isForgotten({ before, after }: Shift<number>): boolean {
  return before > 0 && after === 0
}
