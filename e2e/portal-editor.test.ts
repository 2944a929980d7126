import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { type PortalStack, startPortalStack } from './portal-stack.ts'

const action = 'adaptive-mfa-transfer'
let stack: PortalStack
before(async () => {
  stack = await startPortalStack()
  stack.owner.page.setDefaultTimeout(20_000)
  // The action keeps its events and begins without rules.
  await putPolicy([])
})
after(() => stack?.close())

async function putPolicy(rules: object[]): Promise<void> {
  const reply = await fetch(`${stack.server.url}/v1/management/action-configurations/${action}/policy`, {
    method: 'PUT',
    headers: { ...stack.asManagement, 'content-type': 'application/json' },
    body: JSON.stringify({ defaultUserActionResult: 'ALLOW', rules }),
  })
  assert.equal(reply.status, 200, await reply.text())
}

const sentence = (page: Page) => page.locator('main h1 + p')
const json = (page: Page) => page.getByRole('textbox', { name: 'Conditions as JSON' })

async function draftOf(page: Page): Promise<{ rules: { name: string; type: string; conditions: unknown }[] }> {
  const kept = await page.evaluate(() => Object.entries(localStorage).find(([key]) => key.startsWith('sallyport.draft'))?.[1])
  return JSON.parse(kept ?? '{}').draft
}

/** Drags the limit in the histogram, by mouse alone, to where a number stands. */
async function dragLimit(page: Page, slider: Locator, to: number): Promise<void> {
  await slider.scrollIntoViewIfNeeded()
  const box = (await slider.boundingBox()) ?? assert.fail('the slider is in sight')
  const [min, max, from] = await slider.evaluate((element: HTMLInputElement) => [element.min, element.max, element.value].map(Number))
  const thumb = 16
  const at = (value: number) => box.x + thumb / 2 + ((value - (min ?? 0)) / ((max ?? 1) - (min ?? 0))) * (box.width - thumb)
  await page.mouse.move(at(from ?? 0), box.y + box.height / 2)
  await page.mouse.down()
  await page.mouse.move(at(to), box.y + box.height / 2, { steps: 8 })
  await page.mouse.up()
}

test("the article's two rules are built by mouse alone, read as a sentence, and put on the bench", async () => {
  const page = await stack.open(`/actions/${action}/rules/new`)
  await page.setViewportSize({ width: 1500, height: 1000 })
  await page.getByText('Add the first condition.').waitFor()
  await stack.axe(page)
  await stack.shot(page, 'editor-new')

  await page.getByRole('button', { name: 'Condition', exact: true }).click()
  await stack.shot(page, 'editor-picker')
  await page.getByRole('option', { name: 'the address is anonymous ip.isAnonymous' }).click()
  await page.getByText('Challenge when the address is anonymous.').waitFor()
  await page.getByRole('heading', { name: 'Address is anonymous' }).waitFor()

  await stack.open(`/actions/${action}/rules/new`)
  await page.getByRole('button', { name: 'Condition', exact: true }).click()
  await page.getByRole('option', { name: 'the transaction value custom.transactionValue' }).click()
  await dragLimit(page, page.getByRole('slider', { name: 'Limit of the transaction value' }), 2000)
  await page.getByText('Challenge when the transaction value is over 2,000.').waitFor()
  await page.getByText('of the values lately are over 2,000').waitFor()

  const scenarios = page.getByRole('list', { name: 'Scenarios' })
  for (const [title, outcome] of [
    ['100 through a VPN', 'Challenge'],
    ['3,000 from home', 'Challenge'],
    ['500 from home', 'Allowed'],
    ['20 through Tor', 'Challenge'],
  ] as const)
    await scenarios.getByRole('button', { name: `${title} ${outcome}` }).waitFor()
  await scenarios.getByRole('button', { name: '3,000 from home' }).click()
  const result = page.getByRole('region', { name: 'What is decided' })
  await result.getByText('Would have been allowed if the transaction value were at most 2,000.').waitFor()
  await result.getByText('The transaction value is over 2,000').first().waitFor()
  await stack.axe(page)
  await stack.shot(page, 'editor-amount')

  const { rules } = await draftOf(page)
  assert.deepEqual(
    rules.map(({ name, type, conditions }) => ({ name, type, conditions })),
    [
      { name: 'Address is anonymous', type: 'CHALLENGE', conditions: { and: [{ '==': [{ var: 'ip.isAnonymous' }, true] }] } },
      {
        name: 'Transaction value is over 2,000',
        type: 'CHALLENGE',
        conditions: { and: [{ '>': [{ var: 'custom.transactionValue' }, 2000] }] },
      },
    ],
  )
})

test('the bench takes a real event and a typed one, and saves what is expected of it', async () => {
  const page = stack.owner.page
  await page.getByLabel('Put one of the last events on the bench').selectOption({ index: 1 })
  await page.getByRole('list', { name: 'Scenarios' }).getByRole('button', { name: ' · ' }).waitFor()
  await page.getByLabel('transactionValue').fill('2500')
  await page.getByRole('button', { name: 'An event that you typed Challenge' }).waitFor()
  assert.equal(await page.getByLabel('transactionValue').inputValue(), '2500', 'the form stays while it is typed in')
  await page.getByRole('button', { name: 'Save as a test' }).click()
  await page.getByRole('dialog').getByLabel('Name').fill('A large one')
  await page.getByRole('button', { name: 'Save the test' }).click()
  await page.getByRole('button', { name: 'A large one saved test as expected Challenge' }).waitFor()
})

test('all three faces stay in step, an unknown operator survives, and typos are corrected', async () => {
  const page = stack.owner.page
  const odd = { and: [{ soundsLike: [{ var: 'user.email' }, 'bob'] }, { '<': [2000, { var: 'custom.transactionValu' }] }] }
  await json(page).click()
  await page.keyboard.press('Control+a')
  await page.keyboard.insertText(JSON.stringify(odd))
  await page.getByText('JSON that the builder does not draw. It stays exactly as it is.').waitFor()
  const problems = page.getByRole('region', { name: 'Problems' })
  await problems.getByText('unknown operator soundsLike').waitFor()
  await problems.getByText('did you mean custom.transactionValue').waitFor()
  await stack.axe(page)
  await stack.shot(page, 'editor-problems')
  await problems.getByRole('button', { name: 'Correct it' }).click()
  await page.getByRole('spinbutton', { name: 'Value for the transaction value' }).fill('1500')
  assert.deepEqual((await draftOf(page)).rules[1]?.conditions, {
    and: [odd.and[0], { '<': [1500, { var: 'custom.transactionValue' }] }],
  })
  await page.getByText('In step with the builder').waitFor()
  assert.match((await json(page).textContent()) ?? '', /soundsLike.*1500/)

  await page.getByRole('button', { name: 'Remove the part' }).click()
  await page.getByText('Challenge when the transaction value is over 1,500.').waitFor()
  await page.getByRole('button', { name: 'Undo (Ctrl Z)' }).click()
  await problems.getByText('unknown operator soundsLike').waitFor()
  await page.getByRole('button', { name: 'Redo (Ctrl Y)' }).click()
  await page.getByText('Challenge when the transaction value is over 1,500.').waitFor()
})

test('the builder works by keyboard alone', async () => {
  const page = stack.owner.page
  await page.getByRole('button', { name: 'Group', exact: true }).focus()
  await page.keyboard.press('Enter')
  await page.keyboard.type('new device')
  await page.getByRole('option', { name: /the device is new/ }).waitFor()
  await page.keyboard.press('Enter')
  await sentence(page).getByText('the transaction value is over 1,500 and the device is new').waitFor()
  await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'The group asks for')
  await page.keyboard.press('Alt+ArrowUp')
  await sentence(page).getByText('the device is new and the transaction value is over 1,500').waitFor()
  assert.deepEqual((await draftOf(page)).rules[1]?.conditions, {
    and: [{ or: [{ '==': [{ var: 'device.isNew' }, true] }] }, { '<': [1500, { var: 'custom.transactionValue' }] }],
  })
  await page.keyboard.press('Control+s')
  await page.waitForURL(/\/actions\/adaptive-mfa-transfer\/changes$/)
})

test('whoever may not change rules reads them, and a part is dragged to its place', async () => {
  const odd = { soundsLike: [{ var: 'user.email' }, 'bob'] }
  const conditions = { or: [{ '==': [{ var: 'ip.isTor' }, true] }, { '<': [2000, { var: 'custom.transactionValue' }] }] }
  await putPolicy([{ ruleId: 'high', name: 'High amount', type: 'CHALLENGE', conditions }])
  const viewer = await stack.addAdmin('viewer', 'Vera')
  await stack.open(`/actions/${action}/rules/high`, viewer.page)
  await sentence(viewer.page).getByText('Challenge when the address is a Tor exit or the transaction value is over 2,000.').waitFor()
  assert.equal(await viewer.page.getByRole('textbox', { name: 'Name' }).isDisabled(), true)
  assert.equal(await viewer.page.getByRole('region', { name: 'Test bench' }).count(), 0)
  assert.equal(await viewer.page.getByText('Review changes').count(), 0)
  await stack.axe(viewer.page)

  const { page } = stack.owner
  await page.evaluate(() => localStorage.clear())
  await stack.open(`/actions/${action}/rules/high`)
  await page.getByRole('button', { name: 'JSON', exact: true }).last().click()
  await page.getByRole('textbox', { name: 'JSON of the conditions' }).click()
  await page.keyboard.insertText(JSON.stringify(odd))
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await page.getByText('JSON that the builder does not draw.').waitFor()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  const handles = page.locator('[title="Drag to move"]:visible')
  const [first, last] = [await handles.first().boundingBox(), await handles.last().boundingBox()]
  assert.ok(first && last)
  await page.mouse.move(last.x + 8, last.y + 20)
  await page.mouse.down()
  await page.mouse.move(last.x + 8, last.y, { steps: 4 })
  await page.mouse.move(first.x + 40, first.y + 6, { steps: 8 })
  await page.mouse.up()
  await page.waitForFunction(() => Object.values(localStorage).some((text) => text.includes('"or":[{"soundsLike')))
  assert.deepEqual((await draftOf(page)).rules[0]?.conditions, { or: [odd, ...conditions.or] })
})

test('data that arrives undeclared is found with what it had, declared and used at once', async () => {
  const key = await stack.post('/v1/management/keys', { kind: 'secret', name: 'shop' })
  const asServer = { authorization: `Basic ${btoa(`${String(key.key)}:`)}` }
  for (const loyaltyPoints of [120, 340, 90])
    await stack.post(`/v1/users/ann/actions/${action}`, { custom: { transactionValue: 1, loyaltyPoints } }, asServer)
  await stack.server.deps.store.foldReadSide()
  const page = await stack.open(`/actions/${action}/rules/new`)
  await page.getByRole('button', { name: 'Condition', exact: true }).click()
  await page.getByRole('combobox', { name: 'Search signals' }).fill('loyalty')
  await page.getByRole('option', { name: 'loyaltyPoints custom.loyaltyPoints' }).click()
  const form = page.getByRole('dialog', { name: 'Add a condition' })
  await form.getByText('340').waitFor()
  assert.equal(await form.getByLabel('Type').inputValue(), 'number')
  await stack.axe(page)
  await stack.shot(page, 'editor-declare')
  await form.getByRole('button', { name: 'Declare and use' }).click()
  await page.getByText(/Challenge when the loyalty points? is over/i).waitFor()
  await page.getByText('Rules can read custom.loyaltyPoints from the next event on.').waitFor()
  const more = page.locator('details[data-field="rolloutPercent"]')
  await more.locator('summary').click()
  await more.getByRole('checkbox', { name: 'passkey' }).check()
  await more.getByLabel('Asked for first').selectOption('PASSKEY')
  await stack.axe(page)
  await stack.shot(page, 'editor-more')
  const rules = (await draftOf(page)).rules as { verificationMethods?: string[]; defaultVerificationMethod?: string }[]
  const rule = rules.at(-1)
  assert.deepEqual([rule?.verificationMethods, rule?.defaultVerificationMethod], [['PASSKEY'], 'PASSKEY'])
})
