import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { type PortalStack, startPortalStack } from './portal-stack.ts'

let stack: PortalStack
before(async () => {
  stack = await startPortalStack()
})
after(() => stack?.close())

const transfer = '/actions/adaptive-mfa-transfer'
const cards = (page: Page) => page.getByRole('list', { name: 'Rules in order' }).getByRole('listitem')
const heading = (page: Page, name: string) => page.getByRole('heading', { name, level: 1 }).waitFor()

async function managed(path: string): Promise<Record<string, unknown> & { rules?: { name: string }[] }> {
  const reply = await fetch(`${stack.server.url}/v1/management${path}`, { headers: stack.asManagement })
  assert.equal(reply.status, 200)
  return (await reply.json()) as Record<string, unknown>
}

async function liveRules(actionCode: string): Promise<string[]> {
  const { policy } = await managed(`/action-configurations/${actionCode}/policy`)
  return (policy as { rules: { name: string }[] }).rules.map(({ name }) => name)
}

test('an action is created, gets a rule of a template, goes live after a look at what changes, and is undone', async () => {
  const page = await stack.open('/actions')
  await page.getByRole('table', { name: 'Actions' }).getByRole('link', { name: 'adaptive-mfa-transfer' }).waitFor()
  await stack.axe(page)
  await stack.shot(page, 'actions')
  await page.getByRole('button', { name: 'Create an action' }).click()
  await page.getByLabel('Name', { exact: true }).fill('Close the account')
  assert.equal(await page.getByLabel('Code').inputValue(), 'close-the-account')
  await stack.axe(page)
  await stack.shot(page, 'create-action')
  await page.getByRole('button', { name: 'Create', exact: true }).click()
  await heading(page, 'close-the-account')
  await page.getByText('The next step is the first rule').waitFor()
  await stack.axe(page)
  await stack.shot(page, 'policy-empty')

  await page.getByRole('button', { name: 'Add: The address is anonymous' }).click()
  await page.getByRole('region', { name: 'Changes' }).getByText('One change is not live yet.').waitFor()
  await cards(page).first().getByText('Challenge when the address is anonymous.').waitFor()
  await page.getByText('Adding it also declares the data point balance').waitFor()
  await page.getByRole('button', { name: 'Add: Much of what the person has' }).click()
  await page.getByText('2 changes are not live yet.').waitFor()
  await cards(page).nth(1).getByText("Challenge when the transaction value is over 50% of the user's balance.").waitFor()
  await page.reload()
  await cards(page).first().getByText('New, not live yet').waitFor()
  assert.deepEqual(await liveRules('close-the-account'), [], 'nothing is live before it was reviewed')

  await page.keyboard.press('Control+s')
  await heading(page, 'Review changes')
  await page.getByText('New rule IP is anonymous with priority 0').waitFor()
  await page.getByText('There was no event of this action in that time').first().waitFor()
  await page.getByRole('radio', { name: 'For a share of people' }).check()
  await page.getByText('(for 10% of the users)').first().waitFor()
  await stack.axe(page)
  await stack.shot(page, 'go-live')
  await page.getByRole('radio', { name: 'Active' }).check()
  await page.getByRole('textbox', { name: 'Why' }).fill('start careful')
  await page.getByRole('button', { name: 'Go live', exact: true }).click()
  await heading(page, 'close-the-account')
  await page.getByText('Version 2 is live.').waitFor()
  assert.deepEqual(await liveRules('close-the-account'), ['IP is anonymous', 'More than half of the balance'])
  await page.getByText('“start careful”').waitFor()

  await page.getByRole('main').getByRole('button', { name: 'Undo' }).click()
  await page.getByText('Version 1 is back, as version 3.').waitFor()
  assert.deepEqual(await liveRules('close-the-account'), [])
})

test('rules are moved, turned off and tried on the past; versions are compared and brought back', async () => {
  const page = await stack.open(transfer)
  const before = await liveRules('adaptive-mfa-transfer')
  await cards(page).filter({ hasText: 'Transfer over $2,000' }).getByText('Last fired').waitFor()
  await stack.axe(page)
  await stack.shot(page, 'policy')
  await cards(page).filter({ hasText: 'IP is anonymous' }).hover()
  await page
    .getByText(/^In [\d,]+ of [\d,]+ latest hits of rule 4$/)
    .first()
    .waitFor()

  await cards(page)
    .filter({ hasText: 'Unrecognised address' })
    .getByTitle('Drag to another place')
    .dragTo(cards(page).first(), { targetPosition: { x: 200, y: 6 } })
  await page.getByText('Unrecognised address, over $1,000 is now rule 1 of 6.').waitFor()
  await page.getByRole('button', { name: 'Discard' }).click()

  await page.getByRole('button', { name: 'What to do with IP is anonymous' }).click()
  await page.getByRole('menuitem', { name: 'Snooze for somebody …' }).click()
  await page.getByLabel('Which').fill('customer-42')
  await page.getByLabel('Reason').fill('renovates the house')
  await stack.axe(page)
  await page.getByRole('button', { name: 'Snooze', exact: true }).click()
  await cards(page).filter({ hasText: 'renovates the house' }).getByRole('button', { name: 'End' }).click()
  await page.getByText('IP is anonymous counts again for user customer-42.').waitFor()

  const up = page.getByRole('button', { name: 'Move IP is anonymous up' })
  await up.focus()
  await page.keyboard.press('Enter')
  await page.getByText('IP is anonymous is now rule 3 of 6.').waitFor()
  assert.equal(await up.evaluate((button) => button === document.activeElement), true, 'the focus stays with the rule')
  await page.getByRole('button', { name: 'What to do with Transfer over $2,000' }).click()
  await page.getByRole('menuitem', { name: 'Turn off' }).click()
  await cards(page).filter({ hasText: 'Transfer over $2,000' }).getByText('Changed, not live yet').waitFor()
  await page.getByRole('button', { name: 'What to do with Paid by many customers' }).click()
  await page.getByRole('menuitem', { name: 'Remove' }).click()
  await page.getByText('is removed, not live yet').waitFor()
  await stack.axe(page)
  await stack.shot(page, 'policy-changed')
  await page.getByRole('button', { name: 'Discard' }).click()
  await page.getByRole('region', { name: 'Changes' }).waitFor({ state: 'detached' })
  await page.getByRole('status').getByRole('button', { name: 'Undo' }).last().click()

  await page.getByRole('link', { name: 'Review changes' }).click()
  await page.getByText('would have been decided otherwise').first().waitFor()
  const matrix = page.getByRole('table', { name: 'Outcomes now and with the change' })
  await matrix.getByRole('button', { name: /Challenge now, Allowed with the change/ }).click()
  const flips = page.getByRole('region', { name: 'Events decided otherwise' })
  assert.match((await flips.getByRole('link').first().getAttribute('href')) ?? '', /^\/portal\/events\/.+\/adaptive-mfa-transfer\/.+/)
  await page.getByRole('table', { name: 'What each rule would have done' }).waitFor()
  await stack.axe(page)
  await stack.shot(page, 'changes')
  await page.getByLabel('90 days').check()
  await page.getByText('would have been decided otherwise').first().waitFor()
  assert.match(page.url(), /days=90/)
  await page.getByRole('button', { name: 'Go live', exact: true }).scrollIntoViewIfNeeded()
  await stack.shot(page, 'changes-end')
  await page.getByRole('button', { name: 'Go live', exact: true }).click()
  await heading(page, 'adaptive-mfa-transfer')
  assert.equal((await liveRules('adaptive-mfa-transfer')).includes('Paid by many customers'), false)

  await page.getByRole('link', { name: 'Versions', exact: true }).click()
  await heading(page, 'Versions')
  await page.getByText('Rule Paid by many customers is gone.').first().waitFor()
  await page
    .getByRole('link', { name: 'Compare with live' })
    .or(page.getByRole('button', { name: 'Restore …' }))
    .first()
    .waitFor()
  await page.getByLabel('From').selectOption('3')
  await page.getByLabel('To', { exact: true }).selectOption('4')
  await page.getByText('From version 3 to version 4:').waitFor()
  await stack.axe(page)
  await stack.shot(page, 'versions')
  await page.getByRole('button', { name: 'Restore …' }).last().click()
  const dialog = page.getByRole('dialog', { name: 'Restore version 1' })
  await dialog.getByText('New rule Paid by many customers').waitFor()
  await stack.axe(page)
  await dialog.getByRole('button', { name: 'Restore', exact: true }).click()
  await page.getByText('Version 1 is back, as version 5.').waitFor()
  assert.deepEqual(await liveRules('adaptive-mfa-transfer'), before)
})

test('two analysts change the same policy, and nobody’s work is lost', async () => {
  const bob = await stack.addAdmin('analyst', 'Bob Bailey')
  const ada = await stack.open('/actions/sign-in')
  const other = await stack.open('/actions/sign-in', bob.page)
  const setMode = async (page: Page, rule: string, item: string) => {
    await page.getByRole('button', { name: `What to do with ${rule}` }).click()
    await page.getByRole('menuitem', { name: item }).click()
  }
  await setMode(ada, 'Sign-in from an anonymous address', 'Put into shadow')
  await setMode(ada, 'Many customers from one server', 'Turn off')
  await ada.getByRole('link', { name: 'Review changes' }).click()
  await ada.getByText('Rule Many customers from one server').first().waitFor()

  await setMode(other, 'Sign-in from an anonymous address', 'Turn off')
  await other.getByRole('button', { name: 'Add: A VPN, or an address with a bad name' }).click()
  await other.getByRole('link', { name: 'Review changes' }).click()
  await other.getByRole('textbox', { name: 'Why' }).fill('night shift')
  await other.getByText('New rule VPN or bad reputation').waitFor()
  await other.getByRole('button', { name: 'Go live', exact: true }).click()
  await other.getByText('Version 2 is live.').waitFor()

  await ada.getByRole('button', { name: 'Go live', exact: true }).click()
  const moved = ada.getByRole('region', { name: 'Somebody else has changed this policy. Your changes are still here.' })
  await moved.getByText('“night shift”').waitFor()
  await moved.getByText('Bob Bailey').waitFor()
  await stack.axe(ada)
  await stack.shot(ada, 'moved')
  await moved
    .getByRole('group', { name: /Sign-in from an anonymous address/ })
    .getByLabel('Theirs')
    .check()
  await moved.getByRole('button', { name: 'Go on with both' }).click()
  await ada.getByText('Rule Many customers from one server').first().waitFor()
  await ada.getByRole('button', { name: 'Go live', exact: true }).click()
  await ada.getByText('Version 3 is live.').waitFor()
  const { policy } = await managed('/action-configurations/sign-in/policy')
  const modes = (policy as { rules: { name: string; mode: string }[] }).rules.map(({ name, mode }) => `${name}: ${mode}`)
  assert.deepEqual(modes, [
    'Many customers from one server: off',
    'Sign-in from an anonymous address: off',
    'New device on a new network: active',
    'VPN or bad reputation: active',
  ])

  await ada.getByRole('button', { name: 'More' }).click()
  await ada.getByRole('menuitemcheckbox', { name: 'Changes need a second person' }).click()
  await ada.getByText('Every change needs a second person from now on.').waitFor()
  await setMode(ada, 'New device on a new network', 'Turn off')
  await ada.getByRole('link', { name: 'Review changes' }).click()
  await ada.getByRole('button', { name: 'Propose' }).click()
  await heading(ada, 'Proposal')
  await ada.getByText('Somebody else has to approve it.').waitFor()
  await other.reload()
  await other.getByRole('link', { name: 'Look at it' }).click()
  await other.getByRole('button', { name: 'Run it now, with single events' }).click()
  await other.getByRole('button', { name: 'Run it again' }).waitFor()
  await stack.axe(other)
  await stack.shot(other, 'proposal')
  await other.getByRole('button', { name: 'Approve and go live' }).click()
  await other.getByText('It was approved, and is live.').waitFor()
  await bob.page.context().close()
})

test('the recommended policy is added with one button, and goes live with what it counts', async () => {
  const created = await fetch(`${stack.server.url}/v1/management/action-configurations`, {
    method: 'POST',
    headers: { ...stack.asManagement, 'content-type': 'application/json' },
    body: JSON.stringify({ actionCode: 'payout', defaultUserActionResult: 'ALLOW' }),
  })
  assert.equal(created.status, 200)
  const page = await stack.open('/actions/payout')
  await page.getByRole('button', { name: 'Use the recommended policy' }).click()
  await page.getByText('They are not live yet.').first().waitFor()
  await cards(page).nth(4).getByText('New, not live yet').waitFor()
  await stack.axe(page)
  await stack.shot(page, 'recommended-policy')
  await page.keyboard.press('Control+s')
  await heading(page, 'Review changes')
  await page.getByText('New rule Tor with priority 0').waitFor()
  await page.getByRole('button', { name: 'Go live', exact: true }).click()
  await heading(page, 'payout')
  assert.equal((await liveRules('payout')).length, 5)
  const { policy } = (await managed('/action-configurations/payout/policy')) as { policy: { requires: string[]; whenMissing: string } }
  assert.deepEqual([policy.requires, policy.whenMissing], [['ip', 'device', 'userAgent', 'transactionValue'], 'FAIL_CLOSED'])
})

test('an action that does not exist is said to not exist', async () => {
  const page = await stack.open('/actions/nobody/changes')
  await heading(page, 'There is no such action')
  await stack.axe(page)
})

test('whoever may only look sees no button that changes a policy', async () => {
  const viewer = await stack.addAdmin('viewer', 'Vera Viewer')
  const page = await stack.open(transfer, viewer.page)
  await cards(page).first().getByText('Review when').waitFor()
  for (const name of [/^Move /, /^What to do with/, /^Add/, 'Undo', 'Discard']) {
    assert.equal(await page.getByRole('main').getByRole('button', { name }).count(), 0, String(name))
  }
  await viewer.page.context().close()
})

test('what a track must bring and the settings of an action are set where its rules are', async () => {
  const page = await stack.open('/actions/change-payee')
  const part = page.getByRole('region', { name: 'What a track must bring, and what may answer' })
  await part.getByText('A track needs nothing but the user and the action.').waitFor()
  await part.getByRole('checkbox', { name: 'the address' }).check()
  await part.getByRole('checkbox', { name: 'passkey' }).check()
  await part.getByLabel('A track without one of these').selectOption('FAIL_CLOSED')
  await part.getByText('A track without the address gets the strictest outcome that the policy has.').waitFor()
  await stack.axe(page)
  await stack.shot(page, 'policy-inputs')
  await page.getByText('3 changes are not live yet.').waitFor()
  await page.getByRole('button', { name: 'Discard' }).click()
  await part.getByText('A track needs nothing but the user and the action.').waitFor()

  await page.getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name: 'Settings of the action …' }).click()
  const dialog = page.getByRole('dialog', { name: 'Settings of change-payee' })
  await dialog.getByLabel('A sign-in that was not tracked first').selectOption('no')
  await dialog.getByLabel('Ask this address before a challenge passes').fill('https://bank.example/verify')
  await stack.axe(page)
  await stack.shot(page, 'action-settings')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await page.getByText('The settings of change-payee are changed.').waitFor()
  const { allowUntrackedSignIn, verificationWebhookUrl } = await managed('/action-configurations/change-payee')
  assert.deepEqual([allowUntrackedSignIn, verificationWebhookUrl], [false, 'https://bank.example/verify'])
})

test('a changed rule goes live in shadow beside the rule that it changes, which goes on deciding', async () => {
  const rulesOf = async () => {
    const { policy } = await managed('/action-configurations/change-payee/policy')
    return (policy as { rules: { ruleId: string; name: string; type: string; mode: string }[] }).rules
  }
  const [first] = await rulesOf()
  assert.ok(first)
  const page = await stack.open(`/actions/change-payee/rules/${first.ruleId}`)
  await page.getByLabel('Then', { exact: true }).selectOption('BLOCK')
  await page.getByRole('link', { name: 'Review changes' }).click()
  await heading(page, 'Review changes')
  const form = page.getByRole('group', { name: 'The changed rule begins' })
  await form.getByRole('radio', { name: 'In shadow' }).check()
  await page.getByText(`New rule ${first.name}, changed`).waitFor()
  await page.getByText('make the change active and remove the rule that it replaces').waitFor()
  await stack.axe(page)
  await stack.shot(page, 'go-live-changed')
  await page.getByRole('button', { name: 'Go live in shadow' }).click()
  await heading(page, 'change-payee')
  assert.deepEqual(
    (await rulesOf()).slice(0, 2).map(({ name, type, mode }) => [name, type, mode]),
    [
      [first.name, 'CHALLENGE', 'active'],
      [`${first.name}, changed`, 'BLOCK', 'shadow'],
    ],
  )
})
