import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { createTenant } from '../packages/server/src/tenants/create-tenant.ts'
import { type PortalStack, startPortalStack } from './portal-stack.ts'

interface Counted {
  count: number
  filter: Record<string, string>
}
interface Overview {
  sentence: string
  from: string
  to: string
  states: Record<string, Counted>
  series: { at: string; events: number; states: Record<string, number> }[]
  challenges: Record<'asked' | 'passed' | 'failed' | 'abandoned', Counted> & {
    people: { count: number; users: { userId: string; challenges: Counted }[] }
  }
  actions: { action: string; events: Counted; challenged: Counted; per100: number }[]
  rules: { name: string; action: string; mode?: string; matched: Counted; decided: number; good: Counted; fraud: Counted }[]
  reasons: { action: string; rule?: { ruleId: string; name: string }; events: Counted }[]
  countries: (Counted & { country: string | null })[]
  reviews: { waiting: Counted }
  attention: { code: string; sentence: string; filter?: Record<string, string> }[]
}

let stack: PortalStack
before(async () => {
  stack = await startPortalStack()
})
after(() => stack?.close())

async function overviewOf(query: string): Promise<Overview> {
  const reply = await fetch(`${stack.server.url}/v1/management/overview?${query}`, { headers: stack.asManagement })
  assert.equal(reply.status, 200)
  return (await reply.json()) as Overview
}

/** The number of a link, and the parameters of its address. */
async function followed(page: Page, within: string, name: string | RegExp, place = 0): Promise<Counted> {
  const link = page.locator(within).getByRole('link', { name }).nth(place)
  const address = new URL((await link.getAttribute('href')) ?? assert.fail(within), stack.server.url)
  assert.equal(address.pathname, '/portal/events')
  return {
    count: Number((await link.textContent())?.match(/\d[\d,]*/)?.[0].replaceAll(',', '')),
    filter: Object.fromEntries(address.searchParams),
  }
}

test('the numbers of the overview are those of the API, and each leads to the events behind it', async () => {
  // Whole days that are over: the page and the API speak of the same.
  const day = 86_400_000
  const to = Math.floor(Date.now() / day) * day
  const [from, until] = [new Date(to - 30 * day).toISOString(), new Date(to).toISOString()]
  const page = await stack.open(`/?time=${from}..${until}`)
  const overview = await overviewOf(`from=${from}&to=${until}`)
  await page.getByText(overview.sentence.slice(1)).waitFor()

  const challenged = ['CHALLENGE_REQUIRED', 'CHALLENGE_SUCCEEDED', 'CHALLENGE_FAILED']
  const decisions = 'ul[aria-label="Events by decision"]'
  assert.deepEqual(await followed(page, `${decisions} li:has-text("Challenged")`, /\d/), {
    count: challenged.reduce((sum, state) => sum + (overview.states[state]?.count ?? 0), 0),
    filter: { state: challenged.join(), from, to: until },
  })
  assert.equal((await followed(page, `${decisions} li:has-text("Allowed")`, /\d/)).count, overview.states.ALLOW?.count)
  for (const [name, counted] of [
    ['Asked', overview.challenges.asked],
    ['Passed', overview.challenges.passed],
    ['Failed', overview.challenges.failed],
    ['Given up', overview.challenges.abandoned],
  ] as const)
    assert.deepEqual(await followed(page, `ul[aria-label="What became of the challenges"] li:has-text("${name}")`, /\d/), counted, name)
  assert.ok(overview.challenges.asked.count > 0)

  const [rule] = overview.rules
  assert.ok(rule)
  const row = `table[aria-label="Rules"] tbody tr:has-text("${rule.name}"):has-text("${rule.action}")`
  assert.deepEqual(await followed(page, row, rule.matched.count.toLocaleString('en'), 0), rule.matched)
  const { ruleId: _, ...ofAction } = rule.matched.filter
  assert.deepEqual(await followed(page, `${row} td:nth-child(4)`, /\d/), {
    count: rule.decided,
    filter: { ...ofAction, decidedBy: rule.matched.filter.ruleId },
  })
  assert.equal((await followed(page, `${row} td:nth-child(5)`, /%/)).filter.isAlone, 'true')
  assert.equal(await page.locator(row).getByRole('link', { name: rule.name }).getAttribute('href'), `/portal/actions/${rule.action}`)
  const labelled = overview.rules.find(({ fraud }) => fraud.count > 0) ?? assert.fail('no fraud is known')
  const ofLabelled = `table[aria-label="Rules"] tbody tr:has-text("${labelled.name}"):has-text("${labelled.action}")`
  assert.deepEqual(await followed(page, ofLabelled, /fraud/), labelled.fraud)
  assert.deepEqual(await followed(page, ofLabelled, /good/), labelled.good)

  const [reason] = overview.reasons
  assert.ok(reason?.rule)
  const ofReason = `ul[aria-label="Reasons"] li:has-text("${reason.rule.name}")`
  assert.deepEqual(await followed(page, ofReason, new RegExp(`^${reason.events.count.toLocaleString('en')}$`)), reason.events)
  await page.locator(ofReason).first().getByRole('link', { name: /by / }).waitFor()

  await page.getByText(/^(Who was challenged|The 20 people who were challenged most often)/).click()
  const [person] = overview.challenges.people.users
  assert.ok(person)
  const ofPerson = `ul[aria-label="People who were challenged"] li:has(a[href$="/users/${person.userId}"])`
  assert.deepEqual(await followed(page, ofPerson, /^[\d,]+$/), person.challenges)
  assert.equal(
    (await page.getByRole('link', { name: /^[\d,]+ (person|people)$/ }).innerText()).replace(/\D/g, ''),
    String(overview.challenges.people.count),
  )

  for (const action of overview.actions) {
    const ofAction = `table[aria-label="Actions"] tbody tr:has(td:first-child:has-text("${action.action}"))`
    assert.deepEqual(await followed(page, ofAction, /^[\d,]+$/, 0), action.events)
    assert.deepEqual(await followed(page, ofAction, /^[\d,]+$/, 1), action.challenged)
  }

  const country = overview.countries.find(({ country: code }) => code !== null) ?? assert.fail('no country is known')
  const name = new Intl.DisplayNames(['en'], { type: 'region' }).of(country.country ?? '')
  const { count, filter } = country
  assert.deepEqual(await followed(page, `ul[aria-label="Countries"] li:has-text("${name}")`, /\d/), { count, filter })
  assert.deepEqual(await followed(page, 'svg[aria-label="Events by country"]', `${name}, ${count.toLocaleString('en')}`), { count, filter })

  const others = overview.countries.filter(({ country: code }) => code !== null).slice(8)
  if (others.length > 0)
    assert.deepEqual(await followed(page, 'ul[aria-label="Countries"] li:has-text("Other countries")', /\d/), {
      count: others.reduce((sum, each) => sum + each.count, 0),
      filter: { country: others.map(({ country: code }) => code).join(), from, to: until },
    })

  // What stands behind the chart is the same.
  const figure = page.getByRole('figure', { name: 'Decisions over time' })
  await figure.getByRole('button', { name: 'Show as table' }).click()
  const rows = figure.locator('tbody tr')
  assert.equal(await rows.count(), overview.series.length)
  const [first] = overview.series
  const oldest = 'figure[aria-label="Decisions over time"] tbody tr:last-child'
  const bounds = { from: first?.at, to: overview.series[1]?.at }
  assert.deepEqual(await followed(page, `${oldest} td:nth-child(2)`, /\d/), {
    count: first?.states.ALLOW,
    filter: { state: 'ALLOW', ...bounds },
  })
  assert.deepEqual(await followed(page, `${oldest} td:nth-child(6)`, /\d/), { count: first?.events, filter: bounds })
})

test('whoever follows a number sees as many events', async () => {
  const page = await stack.open('/?time=-30d')
  const { reasons } = await overviewOf('from=-30d')
  const rare = reasons.slice(0, 6).findLast(({ events }) => events.count > 0 && events.count < 100) ?? assert.fail('every reason is common')
  const numbers = [
    page.locator('ul[aria-label="What became of the challenges"] li:has-text("Failed")').getByRole('link'),
    page
      .locator(`ul[aria-label="Reasons"] li:has-text("${rare.rule?.name ?? rare.action}")`)
      .getByRole('link', { name: /^\d+$/ })
      .first(),
  ]
  for (const number of numbers) {
    const count = Number(await number.innerText())
    assert.ok(count > 0 && count < 100, 'one page of events')
    await number.click()
    await page.getByRole('heading', { name: 'Events', level: 1 }).waitFor()
    const rows = page.getByRole('table', { name: 'Events' }).locator('tbody tr')
    await rows.first().waitFor()
    assert.equal(await rows.count(), count)
    await page.goBack()
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor()
  }
})

test('what needs attention leads to the page that fixes it', async () => {
  const page = await stack.open('/')
  const overview = await overviewOf('from=-7d')
  const list = page.getByRole('region', { name: 'Needs attention' })
  await list.waitFor()
  const closed = list.locator('details:not([open]) > summary')
  while ((await closed.count()) > 0) await closed.first().click()
  const addresses: Record<string, string> = {
    data_set_not_current: '/portal/ip',
    reviews_waiting: '/portal/reviews',
    undeclared_data_point: '/portal/data-points',
  }
  assert.ok(overview.attention.length > 0)
  for (const { code, sentence, filter } of overview.attention) {
    // Warnings say when they last were; names stand between asterisks.
    const text = sentence.replaceAll(/[*`]/g, '').slice(0, 60)
    const kind = list.locator('ul').first().locator('> li').filter({ hasText: text }).first()
    const links = await kind.getByRole('link').evaluateAll((all) => all.map((link) => link.getAttribute('href')))
    if (code.startsWith('rule_')) assert.ok(links.includes(`/portal/actions/${filter?.action}`), sentence)
    else if (Object.hasOwn(addresses, code)) assert.ok(links.includes(addresses[code] ?? ''), sentence)
    assert.ok(links.length > 0, sentence)
  }
  await stack.axe(page)
})

test('a brush over the chart and the arrow keys show a part of the time, and Back returns', async () => {
  const page = await stack.open('/?time=-7d')
  const chart = page.getByRole('slider', { name: /Decisions over time/ })
  await chart.locator('.u-over').waitFor()
  await page.getByRole('heading', { name: 'Top reasons' }).waitFor()
  await stack.shot(page, 'overview')
  await chart.locator('.u-over').waitFor()
  const box = (await chart.locator('.u-over').boundingBox()) ?? assert.fail()
  await page.mouse.move(box.x + box.width * 0.25, box.y + 60)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.5, box.y + 80, { steps: 5 })
  await page.mouse.up()
  await page.waitForURL(/time=.*\.\./)
  const [from = Number.NaN, to = Number.NaN] = (new URL(page.url()).searchParams.get('time') ?? '')
    .split('..')
    .map((part) => Date.parse(part))
  assert.ok(to - from > 36 * 3_600_000 && to - from < 48 * 3_600_000, 'a quarter of seven days')
  assert.ok(from % 3_600_000 === 0 && to % 3_600_000 === 0, 'whole hours')
  await page.goBack()
  await page.getByRole('button', { name: 'Time range: Last 7 days' }).waitFor()

  await chart.focus()
  await page.keyboard.press('Home')
  await page.keyboard.press('ArrowRight')
  assert.match((await chart.getAttribute('aria-valuetext')) ?? '', /events?/)
  await page.keyboard.press('Shift+ArrowRight')
  await page.keyboard.press('Shift+ArrowRight')
  await page.keyboard.press('Enter')
  await page.waitForURL(/time=.*\.\./)
  const [begin = Number.NaN, end = Number.NaN] = (new URL(page.url()).searchParams.get('time') ?? '')
    .split('..')
    .map((part) => Date.parse(part))
  assert.equal(end - begin, 3 * 3_600_000)

  await stack.open('/?time=-7d&bucket=day&show=stopped')
  await chart.locator('.u-over').waitFor()
  await chart.focus()
  await page.keyboard.press('Home')
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/portal\/events\?/)
  const { state = '' } = Object.fromEntries(new URL(page.url()).searchParams)
  assert.ok(state.includes('BLOCK') && !state.includes('ALLOW'), state)
})

test('events that come later are announced, and shown when somebody asks for them', async () => {
  await stack.owner.page.clock.install()
  const page = await stack.open('/?time=-1d')
  const sentence = page.locator('main h1 + p')
  const refresh = page.getByRole('main').getByRole('button', { name: /Refresh|new/ })
  await refresh.waitFor()
  const before = await sentence.innerText()
  const key = await stack.post('/v1/management/keys', { kind: 'secret', name: 'shop' })
  const asServer = { authorization: `Basic ${btoa(`${String(key.key)}:`)}` }
  for (const user of ['late-1', 'late-2']) await stack.post(`/v1/users/${user}/actions/sign-in`, { ipAddress: '8.8.8.8' }, asServer)
  await stack.server.deps.store.foldReadSide()
  await page.clock.fastForward('01:00')
  await page.getByRole('button', { name: '2 new' }).waitFor()
  assert.equal(await sentence.innerText(), before, 'nothing moves by itself')
  await page.keyboard.press('r')
  await page.waitForFunction((old) => document.querySelector('main h1 + p')?.textContent !== old, before)
  await page.getByRole('button', { name: 'Refresh' }).waitFor()
})

test('a tenant without events is led to its first one, and a time without events to a longer one', async () => {
  const input = { tenantId: 'new-shop', name: 'New shop', rpId: 'localhost', origins: [stack.server.url] }
  await createTenant(stack.server.deps, input, { kind: 'system', name: 'test' })
  const { page } = await stack.addAdmin('owner', 'Grace Hopper', 'new-shop')
  await stack.open('/', page)
  const start = page.getByRole('link', { name: 'Connect your application' })
  await start.waitFor()
  assert.equal(await start.getAttribute('href'), '/portal/get-started')
  await stack.axe(page)
  await stack.shot(page, 'overview-new')

  const quiet = await stack.open('/?time=2020-01-01T00:00:00.000Z..2020-01-02T00:00:00.000Z')
  await quiet.getByRole('button', { name: 'Show the last 90 days' }).click()
  await quiet.getByRole('slider', { name: /Decisions over time/ }).waitFor()
  assert.match(quiet.url(), /time=-90d/)
})
