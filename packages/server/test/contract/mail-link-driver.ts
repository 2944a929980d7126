import assert from 'node:assert/strict'
import { emailMagicLink } from '../../src/methods/email-magic-link/email-magic-link.ts'
import { cookieOf, pressLink, type SentLink, type SentLinks } from '../support/sent-links.ts'
import type { Answer, Ceremonies, Headers } from '../support/test-ceremony.ts'
import { fromAnywhere, otherThan } from './code-driver.ts'
import type { MethodDriver } from './method-driver.ts'

/** A mailbox. */
interface Mailbox {
  address: string
  links: SentLink[]
}

/** How the contract speaks to links by mail: a right answer presses the button where the link was asked for, and a wrong one is a code. */
export function mailLinkDriver(sent: SentLinks): MethodDriver<Mailbox> {
  /** What arrived when a link was asked for. */
  const arrived = new WeakMap<Answer, SentLink>()
  let count = 0

  function arrivedFor(begun: Answer): SentLink {
    const found = arrived.get(begun)
    assert.ok(found, 'no link arrived')
    return found
  }

  async function answer(client: Ceremonies, headers: Headers, begun: Answer, isRight: boolean, extra: object = {}): Promise<Answer> {
    const link = arrivedFor(begun)
    if (!isRight) {
      return client.send('POST', '/client/verify/email-magic-link', headers, { verificationCode: otherThan(link.code), ...extra })
    }
    await pressLink(link, cookieOf(begun.headers))
    return client.send('POST', '/client/verify/email-magic-link/finalize', headers, extra)
  }

  return {
    method: emailMagicLink,
    // So long that no other number is taken for a code that leaked.
    settings: { verificationCodeLength: 10 },
    isPortable: true,
    takesCodes: true,
    passesWhileThrottled: true,
    bindingTries: 5,
    lifetimeMs: 10 * 60_000,
    mostSends: 12,
    async beginBinding(client, headers) {
      const email = `ann-${++count}@example.com`
      const begun = await client.send('POST', '/client/user-authenticators/email-magic-link', fromAnywhere(headers), { email })
      if (begun.status === 200) arrived.set(begun, sent.last())
      return begun
    },
    async finishBinding(client, headers, begun, isRight) {
      const link = arrivedFor(begun)
      return { device: { address: link.address, links: [link] }, answer: await answer(client, headers, begun, isRight) }
    },
    async beginChallenge(client, headers) {
      const begun = await client.send('POST', '/client/challenge/email-magic-link', fromAnywhere(headers))
      if (begun.status === 200) arrived.set(begun, sent.last())
      return begun
    },
    answerChallenge(client, headers, begun, device, isRight, extra) {
      const link = arrivedFor(begun)
      assert.equal(link.address, device.address)
      device.links.push(link)
      return answer(client, headers, begun, isRight, extra)
    },
    secretsOf: ({ links }) => links.flatMap(({ token, code }) => [token, code]),
  }
}
