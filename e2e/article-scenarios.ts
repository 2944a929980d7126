import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { ConnectionLabel, Customer } from './customer.ts'
import { type OpenBank, openBank } from './open-bank.ts'

export interface Article {
  bank: OpenBank
  /** A customer who has added a passkey at home. */
  ada: Customer
}

interface Scenario {
  title: string
  connection: ConnectionLabel
  dollars: number
  /** The rule that asks for the passkey. Absent: the payment goes through at once. */
  rule?: string
}

const scenarios: Scenario[] = [
  { title: '$100 through a commercial VPN', connection: 'Commercial VPN', dollars: 100, rule: 'IP is anonymous' },
  { title: '$3,000 from home', connection: 'Home broadband', dollars: 3000, rule: 'Transfer over $2,000' },
  { title: '$500 from home', connection: 'Home broadband', dollars: 500 },
  { title: '$20 through Tor', connection: 'Tor', dollars: 20, rule: 'IP is anonymous' },
]

/**
 * Tests what the article promises and what must not happen, through the page of the demo on one pair of SDKs. The tests fill the returned
 * object.
 */
export function testArticle(sdk: 'sallyport' | 'authsignal'): Article {
  const article = {} as Article

  before(async () => {
    article.bank = await openBank({ sdk })
    article.ada = await article.bank.visit('Ada Okafor')
    await article.ada.addPasskey()
  })
  after(() => article.bank?.close())

  for (const { title, connection, dollars, rule } of scenarios) {
    test(`${title} ${rule === undefined ? 'goes through at once' : 'is challenged, and sent when the passkey approved it'}`, async () => {
      const { ada } = article
      const balance = await ada.balance()
      await ada.connectFrom(connection)

      const answer = await ada.send(dollars)
      if (rule !== undefined) {
        assert.equal(answer, 'challenge')
        assert.equal(await ada.balance(), balance)
        assert.equal(await ada.page.locator('dialog dd').first().textContent(), `$${dollars.toLocaleString('en-US')}.00`)
      }
      assert.equal(rule === undefined ? answer : await ada.confirm(), 'executed')

      assert.equal(await ada.balance(), balance - dollars * 100)
      const { rules } = await ada.why()
      assert.equal(rules[0], rule)
    })
  }

  test('a challenge that is cancelled, in the passkey dialog and then on the page, sends nothing', async () => {
    const { ada } = article
    const balance = await ada.balance()
    await ada.connectFrom('Commercial VPN')
    assert.equal(await ada.send(100), 'challenge')
    await ada.authenticator.refuse()
    assert.equal(await ada.confirm(), 'challenge')
    assert.equal(
      await ada.page.getByRole('alert').filter({ hasText: 'closed' }).textContent(),
      'The passkey dialog was closed. Nothing was sent.',
    )
    assert.equal(await ada.cancel(), 'cancelled')
    await ada.authenticator.accept()
    assert.equal(await ada.balance(), balance)
    await ada.page.locator('[data-status=cancelled]').waitFor()
  })

  test('a challenge that is left alone sends nothing, and does not stand in the way of the next payment', async () => {
    const { ada } = article
    const balance = await ada.balance()
    await ada.connectFrom('Tor')
    assert.equal(await ada.send(40), 'challenge')
    await ada.reload()
    await ada.page.locator('[data-status=pending]').waitFor()
    assert.equal(await ada.balance(), balance)
    assert.equal(await ada.send(30), 'challenge')
    assert.equal(await ada.confirm(), 'executed')
    assert.equal(await ada.balance(), balance - 3000)
  })

  test('somebody without a passkey is not let through from Tor, and cannot add one on the spot', async () => {
    const chloe = await article.bank.visit('Chloe Marchetti')
    const balance = await chloe.balance()
    await chloe.connectFrom('Tor')
    assert.equal(await chloe.send(20), 'unenrolled')
    await chloe.page.getByRole('button', { name: 'Add a passkey' }).click()
    await chloe.page.getByText('For your safety a passkey cannot be added from this connection.').waitFor()

    assert.equal(await chloe.balance(), balance)
    assert.equal(await chloe.authenticator.countPasskeys(), 0)
    assert.deepEqual(await article.bank.sallyport.getAuthenticators({ userId: 'chloe' }), [])
  })

  test('a stolen password, on a device without the passkey, sends nothing and adds no passkey', async () => {
    const thief = await article.bank.visit('Ada Okafor')
    const balance = await thief.balance()
    await thief.connectFrom('Commercial VPN')
    assert.equal(await thief.send(100), 'challenge')
    assert.equal(await thief.confirm(), 'challenge')
    assert.equal(await thief.cancel(), 'cancelled')
    assert.equal(await thief.balance(), balance)

    await thief.connectFrom('Home broadband')
    const { status } = await thief.post('/api/passkey/enroll')
    assert.equal(status, 409)
    assert.equal((await article.bank.sallyport.getAuthenticators({ userId: 'ada' })).length, 1)
  })

  return article
}
