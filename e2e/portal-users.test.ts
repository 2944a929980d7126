import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { rowSubject } from '../packages/server/src/tries/take-guess.ts'
import { type PortalStack, startPortalStack } from './portal-stack.ts'

const nora = 'nora-normal-amount'
const theo = 'theo-tor'

let stack: PortalStack
before(async () => {
  stack = await startPortalStack()
})
after(() => stack?.close())

/** Looks behind the page. */
async function managed(path: string, init: RequestInit = {}) {
  const headers = { ...stack.asManagement, 'content-type': 'application/json' }
  const reply = await fetch(`${stack.server.url}/v1/management${path}`, { ...init, headers })
  assert.ok(reply.ok, `${path} was answered with ${reply.status}`)
  return reply.json()
}

async function openTab(page: Page, name: string): Promise<void> {
  await page.getByRole('tab', { name, exact: true }).click()
  await page.getByRole('tabpanel', { name }).waitFor()
}

test('a user is found in one box, and the page says why an address is trusted', async () => {
  const page = await stack.open('/users')
  await page.getByRole('table', { name: 'Users' }).waitFor()
  await stack.axe(page)
  await stack.shot(page, 'users')
  await page.getByLabel('Find a user').fill('nora.n')
  await page.getByText('One user is found by this.').waitFor()
  assert.match(page.url(), /text=nora\.n/)
  await page.getByRole('link', { name: 'nora.normal.amount@example.com' }).click()
  await page.getByRole('heading', { name: 'nora.normal.amount@example.com', level: 1 }).waitFor()
  await page.getByText(/Trusted: \d+ actions ended well from it on \d+ days.* phishing-resistant challenge/).waitFor()
  await page.getByText(/is drawn into the picture: it is as usual/).waitFor()
  await page.getByRole('img', { name: 'Countries of the user' }).waitFor()
  await stack.axe(page)
  await stack.shot(page, 'user')
  await page
    .getByRole('figure', { name: /Hours of the day/ })
    .getByRole('button', { name: 'Show as table' })
    .click()
  await page.getByRole('cell', { name: '13:00' }).waitFor()

  await page.getByLabel('Drawn into the picture').selectOption({ index: 1 })
  await page.getByText(/The chosen action .* is drawn into the picture/).waitFor()
  assert.match(page.url(), /drawn=/)

  await openTab(page, 'Events')
  await page.getByText(/The score of \d+ events was/).waitFor()
  assert.match(
    (await page.getByRole('link', { name: 'Search these events' }).getAttribute('href')) ?? '',
    /\/events\?userId=nora-normal-amount$/,
  )
  assert.match(page.url(), /tab=events/)
  await stack.axe(page)
  await stack.shot(page, 'user-events')
  const shown = page.getByRole('table', { name: 'Events of the user' }).locator('tbody tr')
  const all = await shown.count()
  await page.getByRole('group', { name: 'Time' }).getByRole('button', { name: '7 days' }).click()
  await page.waitForURL(/time=-7d/)
  await page.waitForFunction((count) => document.querySelectorAll('table[aria-label="Events of the user"] tbody tr').length < count, all)
  assert.match((await page.getByRole('link', { name: 'Search these events' }).getAttribute('href')) ?? '', /time=-7d$/)
  await page.goBack()
  await page.goBack()
  await page.getByRole('tab', { name: 'What is usual', selected: true }).waitFor()

  await stack.open('/users/nobody-has-this-id')
  await page.getByText('Nobody with this id is on record.').waitFor()
  await page.getByText('Nothing is usual yet.').waitFor()
})

test('an authenticator is renamed and back, and removed with a reason and a fresh proof; a device is remembered and forgotten', async () => {
  const page = await stack.open(`/users/${theo}?tab=access`)
  const table = page.getByRole('table', { name: 'Authenticators' })
  await table.getByRole('cell', { name: 'synced', exact: true }).waitFor()
  await stack.axe(page)
  await stack.shot(page, 'user-access')
  await table.getByRole('button', { name: /^Rename/ }).click()
  await page.getByLabel('Name', { exact: true }).fill('travel laptop')
  await stack.axe(page)
  await page.getByRole('button', { name: 'Rename', exact: true }).click()
  await table.getByText('travel laptop').waitFor()
  await page.getByRole('status').getByRole('button', { name: 'Undo' }).last().click()
  await table.getByText('travel laptop').waitFor({ state: 'detached' })

  const devices = page.getByRole('table', { name: 'Devices' })
  await devices.getByRole('button', { name: /^Change device/ }).click()
  await page.getByRole('menuitem', { name: 'Remember for 30 days' }).click()
  await devices.getByText(/remembered, ends in \d+ days/).waitFor()
  await page.getByRole('status').getByRole('button', { name: 'Undo' }).last().click()
  await devices.getByText('not remembered').waitFor()
  await devices.getByRole('button', { name: /^Change device/ }).click()
  await page.getByRole('menuitem', { name: 'Invalidate …' }).click()
  await page.getByRole('dialog', { name: 'Invalidate the device' }).getByRole('button', { name: 'Invalidate' }).click()
  await devices.getByText(/^invalidated/).waitFor()

  await table.getByRole('button', { name: /^Remove/ }).click()
  const dialog = page.getByRole('dialog', { name: 'Remove the authenticator' })
  await dialog.getByText('It is their only one').waitFor()
  assert.equal(await dialog.getByRole('button', { name: 'Remove', exact: true }).isDisabled(), true, 'without a reason')
  await dialog.getByLabel('Reason').fill('lost on a train')
  await stack.shot(page, 'user-remove')
  await stack.server.deps.store.db.updateTable('admin_sessions').set({ proven_at: 0 }).execute()
  await stack.owner.authenticator.refuse()
  await dialog.getByRole('button', { name: 'Remove', exact: true }).click()
  await dialog.getByText(/the passkey dialog was closed or took too long. Nothing was changed/).waitFor()
  await stack.owner.authenticator.accept()
  await dialog.getByRole('button', { name: 'Remove', exact: true }).click()
  await page.getByText('The user is not enrolled.').waitFor()
  const { entries } = await managed(`/audit?user=${theo}&event=authenticator`)
  assert.match(JSON.stringify(entries), /lost on a train/)
})

test('a user who has nothing left gets a link that a second admin approves; a locked method, a freeze and a session are ended', async () => {
  const { db } = stack.server.deps.store
  const ofUser = { tenant_id: stack.tenantId, user_id: theo }
  await db
    .insertInto('tries')
    .values({
      ...ofUser,
      subject: rowSubject(theo, 'SMS', 'none'),
      taken: 0,
      max_taken: 0,
      window_ends_at: 0,
      streak: 20,
      locked_until: 0,
      expires_at: Date.now() + 3_600_000,
    })
    .execute()
  await db
    .updateTable('users')
    .set({ enrolment_frozen_at: Date.now() - 7_200_000 })
    .where('user_id', '=', theo)
    .execute()
  const client = await stack.post('/v1/management/app-clients', { name: 'Web bank' })
  const at = Date.now()
  await db
    .insertInto('user_sessions')
    .values(
      ['s1', 's2'].map((session_id) => ({
        ...ofUser,
        session_id,
        client_id: String(client.clientId),
        action_code: 'sign-in',
        idempotency_key: session_id,
        verification_method: 'PASSKEY',
        user_authenticator_id: null,
        family_hash: session_id,
        refresh_hash: session_id,
        token_id: session_id,
        created_at: at,
        refreshed_at: at,
        expires_at: at + 3_600_000,
      })),
    )
    .execute()
  await managed('/tenant', {
    method: 'PATCH',
    body: JSON.stringify({ enrolmentLinkUrl: 'https://www.bank.example/enrol', enrolmentLinkNeedsApproval: true }),
  })
  const page = await stack.open(`/users/${theo}?tab=access`)
  await page.getByText(/The user said “this was not me” 2 hours ago/).waitFor()
  await page.getByText(/Text message: 20 wrong answers in a row/).waitFor()
  await page.getByRole('button', { name: 'Issue an enrolment link …' }).click()
  const issuing = page.getByRole('dialog', { name: 'Issue an enrolment link' })
  await issuing.getByText(/A second admin has to approve it\. It can be used once, 24 hours later/).waitFor()
  await issuing.getByLabel('Reason').fill('showed a passport at the branch')
  await issuing.getByRole('button', { name: 'Issue', exact: true }).click()
  assert.match(await page.getByRole('region', { name: 'the link' }).innerText(), /^https:\/\/www\.bank\.example\/enrol#enrolment=/)
  await page.getByRole('button', { name: 'I have kept it' }).click()
  const links = page.getByRole('table', { name: 'Enrolment links' })
  await links.getByText(/waits for a second admin/).waitFor()
  assert.equal(await links.getByRole('button', { name: 'Approve' }).count(), 0, 'nobody approves their own link')
  await stack.axe(page)
  await stack.shot(page, 'user-way-back')

  const support = (await stack.addAdmin('support', 'Sid')).page
  await stack.open(`/users/${theo}?tab=access`, support)
  await support.getByRole('button', { name: 'Approve' }).click()
  await support.getByText(/waits; can be used in/).waitFor()
  await support.getByRole('button', { name: 'Cancel it' }).click()
  await support.getByRole('cell', { name: 'cancelled' }).waitFor()

  await page.getByRole('button', { name: 'Unlock …' }).click()
  await page.getByRole('dialog', { name: 'Unlock the method' }).getByRole('button', { name: 'Unlock' }).click()
  await page.getByText(/20 wrong answers in a row/).waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Lift the freeze …' }).click()
  const lifting = page.getByRole('dialog', { name: 'Lift the freeze of enrolments' })
  await lifting.getByLabel('Reason').fill('called back')
  await lifting.getByRole('button', { name: 'Lift it' }).click()
  await page.getByText(/this was not me/).waitFor({ state: 'detached' })
  const sessions = page.getByRole('table', { name: 'Sessions' })
  await sessions.getByRole('button', { name: 'End the session with Web bank' }).first().click()
  await sessions.getByRole('button', { name: 'End the session with Web bank' }).nth(1).waitFor({ state: 'detached' })
  await sessions.getByRole('button', { name: 'End the session with Web bank' }).click()
  await page.getByText('The user has no session.').waitFor()
})

test('a rule is snoozed for one person until a date, the bench shows it, and the snooze is ended', async () => {
  const page = await stack.open(`/users/${theo}?tab=rules`)
  await page.getByText('Every rule counts for this user.').waitFor()
  await page.getByLabel('Custom data').fill('transactionValue = 50')
  await page.getByRole('button', { name: 'Try it' }).click()
  await page.getByRole('link', { name: 'IP is anonymous' }).waitFor()
  await page.getByRole('button', { name: 'Snooze a rule' }).click()
  const dialog = page.getByRole('dialog', { name: 'Snooze a rule for this user' })
  await dialog.getByLabel('Rule').selectOption({ label: 'IP is anonymous (adaptive-mfa-transfer)' })
  await dialog.getByLabel('Until the end of').fill('2001-01-01')
  await dialog.getByText('Choose a day that is not over yet.').waitFor()
  await dialog.getByLabel('Until the end of').fill('2099-01-01')
  await dialog.getByLabel('Reason').fill('reports from abroad')
  await stack.axe(page)
  await stack.shot(page, 'user-snooze')
  await dialog.getByRole('button', { name: /^Snooze/ }).click()
  const again = dialog.getByRole('button', { name: 'Snooze all the same' })
  const table = page.getByRole('table', { name: 'Snoozed rules' })
  await again.or(table).first().waitFor()
  if (await again.isVisible()) await again.click()
  await table.getByText('reports from abroad').waitFor()
  await page.getByRole('button', { name: 'Try it' }).click()
  await page.getByText(/snoozed for this user until/).waitFor()
  await stack.axe(page)
  await stack.shot(page, 'user-rules')
  await table.getByRole('button', { name: 'End it now' }).click()
  await page.getByText('Every rule counts for this user.').waitFor()
})

test('what was learned is forgotten with a reason, everything is exported, and a user is erased by name', async () => {
  const page = await stack.open(`/users/${nora}`)
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Export' }).click()
  assert.equal((await download).suggestedFilename(), `user-${nora}.json`)
  await page.getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name: 'Forget what is usual …' }).click()
  const forget = page.getByRole('dialog', { name: 'Forget what is usual for the user' })
  await forget.getByLabel('Reason').fill('the account was taken over')
  await stack.axe(page)
  await forget.getByRole('button', { name: 'Forget' }).click()
  await page.getByText('Nothing is usual yet.').waitFor()

  await page.getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name: 'Erase the user …' }).click()
  const erase = page.getByRole('dialog', { name: 'Erase the user' })
  await erase.getByLabel('Name').fill('nora')
  assert.equal(await erase.getByRole('button', { name: 'Erase' }).isDisabled(), true)
  await erase.getByLabel('Name').fill(nora)
  await stack.shot(page, 'user-erase')
  await erase.getByRole('button', { name: 'Erase' }).click()
  await page.getByRole('heading', { name: 'Users', level: 1 }).waitFor()
  const { users } = await managed(`/users?text=${nora}`)
  assert.deepEqual(users, [])
})

test('names, ids and data of a hostile user are only text', async () => {
  const id = '../admin?x=<b>\u202egnp'
  await managed(`/users/${encodeURIComponent(id)}`, {
    method: 'PATCH',
    body: JSON.stringify({
      displayName: '<img src=x onerror="document.title=1">\u202ecod',
      email: '=cmd|calc@evil.example',
      custom: { '<script>alert(1)</script>': '\u001b[31mred', note: '\u202eyenom' },
    }),
  })
  const page = await stack.open('/users?text=../')
  await page.getByRole('table', { name: 'Users' }).getByText('U+202E').first().waitFor()
  await page.getByRole('table', { name: 'Users' }).getByRole('link').first().click()
  await page.getByRole('heading', { level: 1, name: /^<img src=x onerror="document.title=1">U\+202Ecod$/ }).waitFor()
  assert.match(await page.title(), /^<img /)
  await openTab(page, 'Data')
  const data = page.getByRole('table', { name: 'Custom data' })
  await data.getByText('<script>alert(1)</script>').waitFor()
  await data.getByText('escape').waitFor()
  await stack.axe(page)
  await stack.shot(page, 'user-hostile')
  await page.getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name: 'Erase the user …' }).click()
  await page.getByRole('dialog').getByLabel('Name').fill('../admin?x=<b>U+202Egnp')
  await page.getByRole('dialog').getByRole('button', { name: 'Erase' }).click()
  await page.getByRole('heading', { name: 'Users', level: 1 }).waitFor()
})

test('a Tor address is looked up with its evidence, and every data set says its age, source and remedy', async () => {
  const page = await stack.open('/ip')
  const sets = page.getByRole('table', { name: 'Data sets' })
  await sets.getByRole('link', { name: 'IP Geolocation by DB-IP' }).first().waitFor()
  await sets.getByText('sallyport ip update').first().waitFor()
  await stack.axe(page)
  await stack.shot(page, 'ip')
  await page.getByLabel('Address', { exact: true }).fill('185.220.101.75')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: '185.220.101.75', level: 1 }).waitFor()
  await page.getByText(/^A Tor exit, an exit of a VPN,? and hosting in Germany, in the network of/).waitFor()
  await page.getByRole('table', { name: 'What each data set says' }).getByText('Tor exit', { exact: true }).first().waitFor()
  await page.getByText('not known: no data').first().waitFor()
  await stack.axe(page)
  await stack.shot(page, 'ip-tor')
  await page.getByLabel('Address', { exact: true }).fill('tor')
  await page.keyboard.press('Enter')
  await page.getByText('This is no address.').waitFor()
  await stack.open('/ip/10.0.0.0%2F8')
  await page.getByText('This is a range of addresses.').waitFor()

  await managed('/value-lists', {
    method: 'POST',
    body: JSON.stringify({ name: 'Bad', itemType: 'string', valueListItems: ['185.220.101.0/24'] }),
  })
  await stack.open('/ip/185.220.101.75')
  await page.getByRole('link', { name: 'bad', exact: true }).waitFor()
})

test('whoever may only read sees no button; an analyst snoozes and changes no user; support helps users and snoozes nothing', async () => {
  const user = '/users/theo-tor'
  const viewer = (await stack.addAdmin('viewer', 'Vera')).page
  await stack.open(`${user}?tab=access`, viewer)
  await viewer.getByRole('table', { name: 'Devices' }).waitFor()
  for (const name of ['Export', 'More', /^Rename/, /^Remove/, /^Change device/, /^Issue/, /^Unlock/, /^End/]) {
    assert.equal(await viewer.getByRole('button', { name }).count(), 0, String(name))
  }
  await openTab(viewer, 'Snoozed rules')
  await viewer.getByText('Every rule counts for this user.').waitFor()
  assert.equal(await viewer.getByRole('button', { name: /Snooze|Try/ }).count(), 0)
  const analyst = (await stack.addAdmin('analyst', 'Anna')).page
  await stack.open(`${user}?tab=rules`, analyst)
  await analyst.getByRole('button', { name: 'Snooze a rule' }).waitFor()
  await analyst.getByRole('button', { name: 'Try it' }).waitFor()
  assert.equal(await analyst.getByRole('button', { name: 'More' }).count(), 0)
  const support = (await stack.addAdmin('support', 'Sam')).page
  await stack.open(`${user}?tab=rules`, support)
  await support.getByRole('button', { name: 'Export' }).waitFor()
  await support.getByText('Every rule counts for this user.').waitFor()
  assert.equal(await support.getByRole('button', { name: /Snooze|Try/ }).count(), 0)
})
