import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { type PortalStack, startPortalStack } from './portal-stack.ts'

const action = 'adaptive-mfa-transfer'
let stack: PortalStack
let asApplication: Record<string, string>
before(async () => {
  stack = await startPortalStack()
  const key = await manage<{ apiKey?: string; key?: string; secret?: string }>('POST', '/keys', { kind: 'secret', name: 'Test bank' })
  const value = key.apiKey ?? key.key ?? key.secret ?? assert.fail(`no key in ${Object.keys(key)}`)
  asApplication = { authorization: `Basic ${btoa(`${value}:`)}` }
})
after(() => stack?.close())

async function manage<T>(method: string, path: string, body?: object): Promise<T> {
  const reply = await fetch(`${stack.server.url}/v1/management${path}`, {
    method,
    headers: { ...stack.asManagement, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  })
  assert.ok(reply.ok, await reply.clone().text())
  return (await reply.json()) as T
}

async function track(userId: string, idempotencyKey: string, custom: object, more: object = {}, actionCode = action): Promise<void> {
  const reply = await fetch(`${stack.server.url}/v1/users/${encodeURIComponent(userId)}/actions/${actionCode}`, {
    method: 'POST',
    headers: { ...asApplication, 'content-type': 'application/json' },
    body: JSON.stringify({ idempotencyKey, ipAddress: '203.0.113.9', custom, ...more }),
  })
  assert.ok(reply.ok, await reply.clone().text())
}

interface Listed {
  userId: string
  action: string
  idempotencyKey: string
}
const receiptPath = (event: Listed) => `/events/${[event.userId, event.action, event.idempotencyKey].map(encodeURIComponent).join('/')}`
const found = (page: Page) => page.getByRole('table', { name: 'Events', exact: true })

async function search(page: Page, text: string): Promise<void> {
  const box = page.getByRole('combobox', { name: 'Search the events' })
  await box.fill(text)
  await box.press('Enter')
}

test('the search box understands, shows what it understood, says what it cannot do, and keeps it all in the address', async () => {
  // Few rows: axe looks at each.
  const page = await stack.open('/events?time=-2d')
  await found(page).waitFor()
  await stack.shot(page, 'events')

  const box = page.getByRole('combobox', { name: 'Search the events' })
  await box.click()
  await page.getByRole('option', { name: /everything that was challenged/ }).waitFor()
  await stack.axe(page)
  await stack.shot(page, 'events-suggestions')
  await box.fill('rule:over')
  await page.getByRole('option', { name: /Transfer over/ }).click()
  const chips = page.getByRole('list', { name: 'The search' })
  await chips.getByText('matched rule Transfer over $2,000').waitFor()

  await search(page, 'state:challenge custom.transactionValue>2000 score>50 last 20 d')
  await chips.getByText('state: challenge passed').waitFor()
  await chips.getByText(/transactionValue.*2,?000/).waitFor()
  await page.getByText(/cannot be narrowed by the score/).waitFor()
  assert.equal(await box.inputValue(), 'score>50', 'what was not understood stays in the box')
  await page.getByRole('button', { name: 'Time range: Last 20 days' }).waitFor()
  await stack.shot(page, 'events-search')
  const address = new URL(page.url())
  assert.equal(address.searchParams.get('time'), '-20d')
  assert.match(address.searchParams.get('state') ?? '', /^CHALLENGE_REQUIRED,/)
  await chips.getByRole('button', { name: 'Remove: state: challenge failed' }).click()
  await chips.getByText('state: challenge failed').waitFor({ state: 'detached' })

  await page.reload()
  await chips.getByText('matched rule Transfer over $2,000').waitFor()
  await page.getByRole('button', { name: 'Remove all' }).click()
  await search(page, 'nobody-is-called-so')
  await page.getByText('No event is like this in this time.').waitFor()
  await stack.shot(page, 'events-empty')

  // As the palette and links of other pages have it.
  await stack.open('/events?q=blocked+last+30+d&from=-3h')
  await chips.getByText('state: blocked').waitFor()
  await page.getByRole('button', { name: 'Time range: Last 30 days' }).waitFor()
})

test('columns are chosen, a list goes on, and an export has what the search found, with no formula in it', async () => {
  await track('=HYPERLINK("http://evil.example")', 'formula', { transactionValue: 10 })
  const page = await stack.open('/events?time=-30d')
  await found(page).waitFor()
  await page.getByRole('button', { name: 'Columns' }).click()
  await page.getByRole('menuitemcheckbox', { name: 'Known as' }).click()
  await found(page).getByRole('columnheader', { name: 'Known as' }).waitFor()
  assert.match(page.url(), /columns=/)
  await page.getByText(/100 events so far/).waitFor()
  await page.getByRole('button', { name: 'Load more' }).click()
  await page.getByText(/200 events so far/).waitFor()

  await search(page, 'formula')
  await page.getByText(/1 event, and no more/).waitFor()
  await page.getByRole('button', { name: 'Export' }).click()
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: /^CSV/ }).click()])
  const csv = await readFile(await download.path(), 'utf8')
  assert.match(csv, /^time,userId/)
  assert.match(csv, /"'=HYPERLINK/)
  await page.getByRole('button', { name: 'Export' }).click()
  const [lines] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: /^JSON/ }).click()])
  const [line = ''] = (await readFile(await lines.path(), 'utf8')).trim().split('\n')
  assert.equal((JSON.parse(line) as Listed).idempotencyKey, 'formula')
})

test('a live tail announces what is new while the hand is over the list, and lets it in at a click', async () => {
  const page = await stack.open('/events?live=1&time=-1d')
  await found(page).waitFor()
  await page.getByText(/^Live:/).waitFor()
  await page.mouse.move(5, 300)
  await track('tail-one', 'tail-1', { transactionValue: 5 })
  await found(page).getByText('tail-one').waitFor()
  await found(page).getByText('tail-one').hover()
  const top = await found(page).getByRole('row').nth(1).innerText()
  await track('tail-two', 'tail-2', { transactionValue: 5 })
  await page.getByRole('button', { name: '1 new' }).waitFor()
  assert.equal(await found(page).getByRole('row').nth(1).innerText(), top, 'nothing moves under the hand')
  await stack.axe(page)
  await stack.shot(page, 'events-live')
  await page.getByRole('button', { name: '1 new' }).click()
  await found(page).getByText('tail-two').waitFor()
})

test('the receipt of a challenged event: the answer, what would have changed it, the rules leaf by leaf, and a replay', async () => {
  const page = await stack.open('/events?time=-30d&state=CHALLENGE_SUCCEEDED&text=hannah')
  await found(page).waitFor()
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  const beside = page.getByRole('complementary', { name: 'Receipt' })
  await beside.getByText('Would have been allowed if the transaction value were at most 2,000.').waitFor()
  await beside.getByText('of this user,').waitFor()
  await stack.axe(page)
  await stack.shot(page, 'receipt-beside')
  assert.match(page.url(), /open=hannah/)

  await beside.getByRole('link', { name: 'Open as a page' }).click()
  await page.getByRole('heading', { name: `${action}: challenge passed` }).waitFor()
  await page.getByText('The user passed the challenge with a passkey.').waitFor()
  await page.getByText('the transaction value is over 2,000').waitFor()
  await page.getByText('the transaction value was 3,000', { exact: true }).first().waitFor()
  await page.getByText('version 1 of adaptive-mfa-transfer').waitFor()
  await page.getByText(/differs? from/).waitFor()
  await page.getByRole('button', { name: 'Replay' }).click()
  await page.getByText(/^Identical:/).waitFor()
  await stack.axe(page)
  await stack.shot(page, 'receipt')
  await page.setViewportSize({ width: 1440, height: 2600 })
  await stack.shot(page, 'receipt-long')
  await page.setViewportSize({ width: 1280, height: 900 })
  await page.getByLabel('Find a signal').fill('far')
  await page
    .getByText(/ip\..*/)
    .first()
    .waitFor()

  await page.getByRole('button', { name: /^Label/ }).click()
  await page.getByRole('menuitemcheckbox', { name: 'Fraud' }).click()
  await page.getByText('Labelled fraud.', { exact: true }).first().waitFor()
  await page
    .getByText(/known as/)
    .getByText('fraud')
    .waitFor()
})

test('a dispute says what it took back: the trust, and the reputation of the address', async () => {
  const { events } = await manage<{ events: Listed[] }>('GET', '/events?state=CHALLENGE_SUCCEEDED&text=hannah&limit=1')
  const page = await stack.open(receiptPath(events[0] ?? assert.fail('nobody was challenged')))
  await page.getByRole('button', { name: 'Dispute …' }).click()
  const dialog = page.getByRole('dialog', { name: 'It was not the user' })
  assert.equal(await dialog.getByRole('button', { name: 'Dispute', exact: true }).isDisabled(), true)
  await dialog.getByRole('button', { name: 'Chargeback' }).click()
  await stack.axe(page)
  await stack.shot(page, 'dispute')
  await dialog.getByRole('button', { name: 'Dispute', exact: true }).click()
  const taken = page.getByRole('region', { name: 'What the dispute took back' })
  await taken
    .getByText(/is no longer trusted\./)
    .first()
    .waitFor()
  await taken.getByRole('row', { name: /Trust in the address .* trusted not trusted/ }).waitFor()
  await taken.getByText(/Reputation of the address/).waitFor()
  await stack.axe(page)
  await stack.shot(page, 'disputed')
  assert.equal(await page.getByRole('button', { name: 'Dispute …' }).count(), 0)
})

test('whatever stands in ids and custom data is only text', async () => {
  const userId = '<img src=x onerror=document.title=1>/\u202e%2F\u001b[31m"\u200b'
  const custom = {
    transactionValue: 3000,
    recipient: '=1+1\u202e<script>document.title=2</script>\u001b]0;x\u0007',
    '<b>x</b>': '*bold* `code`',
  }
  await track(userId, '../hostile?#&', custom, { deviceId: '<svg onload=document.title=3>', userAgent: '\u202eevil' })
  const page = await stack.open('/events')
  await search(page, 'text:hostile')
  await found(page).getByText('<img src=x onerror').waitFor()
  await found(page).getByText('U+202E').waitFor()
  await stack.shot(page, 'hostile-list')
  await found(page).getByRole('link').first().click()
  const beside = page.getByRole('complementary', { name: 'Receipt' })
  await beside.getByText('custom.<b>x</b>').first().waitFor()
  await beside.getByRole('link', { name: 'Open as a page' }).click()
  await page.getByRole('heading', { name: /^adaptive-mfa-transfer:/ }).waitFor()
  await page.getByText('<script>document.title=2</script>').first().waitFor()
  await page.getByText('escape').first().waitFor()
  await stack.axe(page)
  await stack.shot(page, 'hostile-receipt')
  await page.reload()
  await page.getByText('<svg onload=document.title=3>').first().waitFor()
  assert.match(await page.title(), /^adaptive-mfa-transfer: .* – Sallyport$/)
  assert.equal(await page.locator('img[src=x], svg[onload], main script').count(), 0)
})

test('two people meet on one review: one holds it, the other is told who, and a decision is told to both', async () => {
  // How many wait in the made-up history depends on the hour.
  await manage('POST', '/action-configurations', { actionCode: 'gift', defaultUserActionResult: 'REVIEW' })
  for (const key of ['gift-1', 'gift-2', 'gift-3']) await track('generous', key, {}, {}, 'gift')
  const page = await stack.open('/reviews')
  await page.getByText(/^You hold it:/).waitFor()
  const first = page.url()
  const bob = (await stack.addAdmin('analyst', 'Bob Dylan')).page
  await stack.open('/reviews', bob)
  await bob.getByText(/^You hold it:/).waitFor()
  assert.notEqual(bob.url().split('event=')[1], first.split('event=')[1], 'the queue gives each another one')
  await stack.axe(page)
  await stack.shot(page, 'reviews')

  await stack.open(`/reviews?${first.split('?')[1]}`, bob)
  await bob.getByText(/Ada Lovelace holds it\./).waitFor()
  assert.equal(await bob.getByRole('button', { name: /^Approve/ }).isDisabled(), true)
  await stack.axe(bob)
  await stack.shot(bob, 'reviews-held')

  await page.keyboard.press('a')
  await page.getByPlaceholder('Why approve it? Enter approves').fill('Called back, it was them')
  await page.keyboard.press('Enter')
  await page.getByText('Approved.', { exact: true }).waitFor()
  await page.waitForURL((url) => url.href !== first)
  await page.getByText(/^You hold it:/).waitFor()
  await page.getByRole('button', { name: '1 Called back, it was them' }).waitFor()

  await bob.getByRole('button', { name: 'Try again' }).click()
  await bob.getByText(/Approved by Ada Lovelace/).waitFor()
  await stack.shot(bob, 'reviews-decided')

  await page.keyboard.press('1')
  await page.keyboard.press('r')
  await page.getByText('Rejected.', { exact: true }).waitFor()
  await page.getByRole('link', { name: /^Events \d+ waits? for a review$/ }).waitFor()
})

test('whoever may only read finds everything, and no button that decides', async () => {
  const { page } = await stack.addAdmin('viewer', 'Vera')
  const { events } = await manage<{ events: Listed[] }>('GET', '/events?state=ALLOW&limit=1')
  await stack.open(receiptPath(events[0] ?? assert.fail('nothing was allowed')), page)
  await page.getByRole('button', { name: 'Replay' }).waitFor()
  for (const name of [/^Label/, /^Dispute/, /^Review$/]) assert.equal(await page.getByRole('button', { name }).count(), 0, String(name))
  await stack.open('/reviews', page)
  await page
    .getByText(/Your role may look at them|No reviews wait/)
    .first()
    .waitFor()
  assert.equal(await page.getByRole('button', { name: /^Approve/ }).count(), 0)
})
