import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import type { Method } from '../../src/methods/method.ts'
import type { CodeMethod } from '../../src/methods/one-time-code/code-method.ts'
import type { SentCodes } from '../support/sent-codes.ts'
import type { Answer, Headers } from '../support/test-ceremony.ts'
import type { MethodDriver } from './method-driver.ts'

/** A mailbox or a phone. */
interface Place {
  address: string
  codes: string[]
}

/** How the contract speaks to a method that sends codes. `addressOf` makes a new address for each number. */
export function codeDriver(
  method: Method & CodeMethod,
  settings: Record<string, unknown>,
  sent: SentCodes,
  addressOf: (count: number) => string,
  mostSends: number,
): MethodDriver<Place> {
  const { path, destination } = method
  /** What arrived when a code was asked for. */
  const arrived = new WeakMap<Answer, { address: string; code: string }>()
  let count = 0

  function arrivedFor(begun: Answer): { address: string; code: string } {
    const found = arrived.get(begun)
    assert.ok(found, 'no code arrived')
    return found
  }

  return {
    method,
    // So long that no other number is taken for a code that leaked.
    settings: { ...settings, verificationCodeLength: 10 },
    isPortable: true,
    takesCodes: true,
    bindingTries: 5,
    lifetimeMs: 10 * 60_000,
    mostSends,
    async beginBinding(client, headers) {
      const address = addressOf(++count)
      const begun = await client.send('POST', `/client/user-authenticators/${path}`, fromAnywhere(headers), { [destination]: address })
      if (begun.status === 200) arrived.set(begun, { address, code: sent.lastTo(address) })
      return begun
    },
    async finishBinding(client, headers, begun, isRight) {
      const { address, code } = arrivedFor(begun)
      const answer = await client.send('POST', `/client/verify/${path}`, headers, { verificationCode: isRight ? code : otherThan(code) })
      return { device: { address, codes: [code] }, answer }
    },
    async beginChallenge(client, headers) {
      const begun = await client.send('POST', `/client/challenge/${path}`, fromAnywhere(headers))
      if (begun.status === 200) arrived.set(begun, sent.last())
      return begun
    },
    answerChallenge(client, headers, begun, device, isRight, extra) {
      const { address, code } = arrivedFor(begun)
      assert.equal(address, device.address)
      device.codes.push(code)
      return client.send('POST', `/client/verify/${path}`, headers, { verificationCode: isRight ? code : otherThan(code), ...extra })
    },
    secretsOf: ({ codes }) => codes,
  }
}

/** From another network each time: so many messages are sent to one network. The application has to trust the proxy that says so. */
export function fromAnywhere(headers: Headers): Headers {
  return { ...headers, 'x-forwarded-for': [20, randomInt(256), randomInt(256), 9].join('.') }
}

/** A wrong code. */
export function otherThan(code: string): string {
  return code.replace(/\d/g, (digit) => String((Number(digit) + 1) % 10))
}
