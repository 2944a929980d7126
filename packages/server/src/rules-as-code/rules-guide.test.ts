import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import {
  changeSignal,
  compilePolicy,
  explainRule,
  type JsonValue,
  NOT_APPLICABLE,
  NOT_PROVIDED,
  operatorNames,
  type RuleDefinition,
  type Signals,
  signalRegistry,
  traceRules,
  UNAVAILABLE,
  validateConditions,
} from '@sallyport/engine'
import { parse } from 'yaml'
import { loadConfig, type RunningServer, startServer } from '../app/start-server.ts'
import { readRulesFiles } from './read-rules-files.ts'
import { worldOf } from './rules-world.ts'

// Runs every example in docs/rules/, page by page in the order of its index. A `json` block before a table is a condition: the table says what it answers,
// and a quote between them how it is explained. `yaml` blocks are files, and `console` blocks are typed in their folder. `http` blocks are sent, and the
// `json` block after one is part of its answer.

const pagesFolder = join(import.meta.dirname, '../../../../docs/rules')
const index = readFileSync(join(pagesFolder, 'README.md'), 'utf8')
/** In reading order: the requests on a page build on those of the pages before it. */
const pages = ['README.md', ...[...index.matchAll(/^\| \[.*\]\((.+\.md)\) \|/gm)].map(([, page = '']) => page)]
const folder = mkdtempSync(join(tmpdir(), 'sallyport-guide-'))
const key = 'management-key-of-the-rules-guide-21c8'
let server: RunningServer

interface Block {
  /** Page and line. */
  place: string
  language: string
  text: string
  /** What stands between this block and the next. */
  after: string
}

const blocks = pages.flatMap(blocksOf)

function blocksOf(page: string): Block[] {
  const guide = readFileSync(join(pagesFolder, page), 'utf8')
  return [...guide.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(({ 0: whole, 1: language = '', 2: text = '', index }) => ({
    place: `${page}, line ${guide.slice(0, index).split('\n').length}`,
    language,
    text,
    after: guide.slice(index + whole.length).split(/^```|^#/m)[0] ?? '',
  }))
}

for (const { language, text } of blocks) {
  const name = language === 'yaml' ? /^# (\S+\.yaml)\n/.exec(text)?.[1] : undefined
  if (name !== undefined) writeFileSync(join(folder, name), text)
}
const world = worldOf(readRulesFiles([folder]))
const conditions = blocks.filter(({ language, after }) => language === 'json' && /^\|\s*when\s*\|/m.test(after))

before(async () => {
  const settings = {
    'data-dir': join(folder, 'data'),
    port: '0',
    'log-level': 'silent',
    'bootstrap-tenant-id': 'guide',
    'bootstrap-secret-key': 'secret-key-of-the-rules-guide-7d20',
    'bootstrap-management-key': key,
  }
  server = await startServer(loadConfig(settings, {}))
})
after(async () => {
  await server.close()
  rmSync(folder, { recursive: true })
})

const missing: Record<string, typeof UNAVAILABLE> = {
  unavailable: UNAVAILABLE,
  'not provided': NOT_PROVIDED,
  'not applicable': NOT_APPLICABLE,
}
const answers = { holds: true, 'does not hold': false, 'is unknown': 'unknown', 'is undetermined': 'undetermined' } as const

function signalsOf(given: Record<string, JsonValue>): Signals {
  const values = signalRegistry.map(() => NOT_PROVIDED)
  const nothing: Signals = { values, custom: Object.create(null), userCustom: Object.create(null), features: Object.create(null) }
  return Object.entries(given).reduce(
    (signals, [signal, value]) => changeSignal(signals, { signal, value: missing[String(value)] ?? value }),
    nothing,
  )
}

function ruleOf(text: string): RuleDefinition {
  return { ruleId: 'r', name: 'Example', priority: 0, outcome: 'CHALLENGE', mode: 'active', conditions: JSON.parse(text) }
}

test('the index of the guide names every page', () => {
  assert.deepEqual([...pages].sort(), readdirSync(pagesFolder).sort())
})

test('every condition of the guide can be saved, and answers as its table says', () => {
  assert.ok(conditions.length > 40)
  for (const { place, text, after } of conditions) {
    const rule = ruleOf(text)
    const findings = validateConditions(rule.conditions, { dataPoints: world.tenant.dataPoints, lists: world.context.lists, features: [] })
    assert.deepEqual(findings, [], place)
    const policy = compilePolicy(
      { action: 'a', version: 1, defaultOutcome: 'ALLOW', whenUnenrolled: 'ENROLL', verificationMethods: [], rules: [rule] },
      world.context,
    )
    const rows = [...after.matchAll(/^\| `(.*)` \| (.*) \|$/gm)]
    assert.ok(rows.length > 0, `${place} has no rows`)
    for (const [, given = '', answer = ''] of rows) {
      const [trace] = traceRules(policy, signalsOf(parse(`{ ${given} }`)))
      assert.ok(Object.hasOwn(answers, answer), `${place}: \`${answer}\``)
      assert.equal(trace?.result, answers[answer as keyof typeof answers], `${place}: ${given}`)
    }
  }
})

test('every condition of the guide is explained as it says', () => {
  for (const { place, text, after } of conditions) {
    const quote = /^> (.*)$/m.exec(after)?.[1]
    if (quote !== undefined) assert.equal(quote, explainRule(ruleOf(text), world.words).sentence, place)
  }
})

test('the guide has an example for every operator', () => {
  const used = conditions.map(({ text }) => text).join('\n')
  assert.deepEqual(
    operatorNames.filter((name) => !used.includes(`"${name}":`)),
    [],
  )
})

test('requests and commands of the guide answer as it says', async () => {
  const declared = await sallyport(['rules', 'import', join(folder, 'shared.yaml')])
  assert.match(declared, /Blocked|Shared/)
  for (const actionCode of ['transfer', 'payout']) {
    await send('POST', '/v1/management/action-configurations', { actionCode, defaultUserActionResult: 'ALLOW' })
  }
  await send('POST', '/v1/management/custom-data-points', { name: 'transactionValue', dataType: 'number', modelType: 'action' })
  for (const [index, { language, text, place }] of blocks.entries()) {
    if (language === 'console') await checkConsole(text, place)
    if (language !== 'http') continue
    const [, method = '', path = '', body] = /^(\w+) (\S+)\n(?:\n([\s\S]*))?$/.exec(text) ?? assert.fail(`${place} is not a request`)
    const reply = await send(method, path, body === undefined ? undefined : JSON.parse(body))
    const next = blocks[index + 1]
    if (next?.language === 'json' && !conditions.includes(next)) assertWithin(reply, JSON.parse(next.text), next.place)
    else assert.equal(reply.errorCode, undefined, `${place}: ${JSON.stringify(reply)}`)
  }
})

async function send(method: string, path: string, body: unknown): Promise<Record<string, unknown>> {
  const authorization = `Basic ${Buffer.from(`${key}:`).toString('base64')}`
  const response = await fetch(server.url + path, {
    method,
    headers: { authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    body: body === undefined ? undefined : JSON.stringify(body),
  })
  return response.json() as Promise<Record<string, unknown>>
}

async function checkConsole(text: string, place: string): Promise<void> {
  for (const [, command = '', output] of text.matchAll(/^\$ sallyport (.*)\n((?:(?!\$ ).*\n)*)/gm)) {
    assert.equal(await sallyport(command.split(' ')), output, `${place}: ${command}`)
  }
}

function sallyport(args: string[]): Promise<string> {
  const main = join(import.meta.dirname, '../cli/main.js')
  const env = { PATH: process.env.PATH, SALLYPORT_API_URL: server.url, SALLYPORT_MANAGEMENT_KEY: key }
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [main, ...args], { env, cwd: folder, timeout: 600_000 }, (error, out, err) => {
      if (error === null) resolve(out)
      else reject(new Error(`${args.join(' ')}: ${err}`, { cause: error }))
    })
  })
}

/** `expected` is part of `actual`. */
function assertWithin(actual: unknown, expected: unknown, where: string): void {
  if (typeof expected !== 'object' || expected === null) {
    assert.deepEqual(actual, expected, where)
    return
  }
  for (const [name, value] of Object.entries(expected)) assertWithin((actual as Record<string, unknown>)[name], value, `${where}: ${name}`)
}
