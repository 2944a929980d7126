import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { compilePolicy } from '@sallyport/engine'
import { homeAddress } from '../../test/support/address-facts.ts'
import { runPolicyTest } from '../rules/run-policy-test.ts'
import { checkAction } from './check-action.ts'
import { exportFolder } from './export-rules.ts'
import { parseRulesFile } from './parse-rules-file.ts'
import { readRulesFiles } from './read-rules-files.ts'
import { RulesFileError } from './rules-file-error.ts'
import { worldOf } from './rules-world.ts'
import { writeRulesFile } from './write-rules-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'sallyport-rules-'))
after(() => rmSync(folder, { recursive: true }))

const transfer = `action: transfer
defaultOutcome: ALLOW
whenUnenrolled: BLOCK
settings:
  requiredDataPoints: [ amount ]

rules:
  - name: Hidden
    outcome: BLOCK
    priority: 0
    conditions:
      and:
        - ==: [ { var: ip.isAnonymous }, true ]
  - name: Half of the balance
    description: 'Much of what there is: a passkey.'
    outcome: CHALLENGE
    priority: 1
    mode: shadow
    conditions:
      or:
        - '>':
            - { var: custom.amount }
            - '*': [ 0.5, { var: user.custom.balance } ]
        - in:
            - { var: ip.countryCode }
            - [ NO, KP ]
    challenge: { phishingResistant: true }
    expiresAt: 2030-01-01T00:00:00.000Z
    tags: [ money ]

tests:
  - name: large
    event:
      custom: { amount: 5000 }
      signals:
        ip.isAnonymous: false
        ip.asn: { missing: unavailable }
    expect: { outcome: ALLOW, rule: null }
`

test('a written file is read, and writing what was read gives the same text', () => {
  const { action } = parseRulesFile(transfer, 'transfer.yaml')
  assert.ok(action)
  assert.equal(writeRulesFile({ action }, 'yaml'), transfer)
  const json = writeRulesFile({ action }, 'json')
  assert.deepEqual(parseRulesFile(json, 'transfer.json').action, action)
  assert.equal(writeRulesFile({ action }, 'json'), json)
})

test('NO is a country, no is a text, and comments are allowed in both forms', () => {
  const { action } = parseRulesFile(`# who\n${transfer.replace('[ NO, KP ]', '[ NO, no, "KP" ] # not here')}`, 'a.yaml')
  assert.deepEqual(JSON.stringify(action?.policy.rules[1]?.conditions).includes('["NO","no","KP"]'), true)
  const json = '{\n\t"action": "a", # a comment\n\t"defaultOutcome": "ALLOW",\n\t"rules": []\n}'
  assert.equal(parseRulesFile(json, 'a.json').action?.actionCode, 'a')
})

test('what is wrong is named with its file and line', () => {
  const cases: [string, string][] = [
    ['action: a\naction: b\n', 'x.yaml:2: Map keys must be unique'],
    [
      'action: a\ndefaultOutcome: ALLOW\nrules:\n  - name: x\n    outcome: BLOCK\n    condition: {}\n',
      'x.yaml:4: rules[0]: unknown field `condition` (did you mean `conditions`?)',
    ],
    ['action: a\ndefaultOutcome: MAYBE\nrules: []', 'x.yaml:2: defaultOutcome: must be one of ALLOW, CHALLENGE, REVIEW, BLOCK'],
    ['action: a\nrules: []', 'x.yaml: `defaultOutcome` is missing'],
    ['action: a\ndefaultOutcome: ALLOW', 'x.yaml: `rules` is missing'],
    ['rules: []', 'x.yaml: `rules` belongs to an action'],
    ['a: &a [*a, *a]', 'x.yaml'],
    ['- 1', 'x.yaml:1: must be an object'],
    ['a: [', 'x.yaml:1: '],
    ['', 'x.yaml: must be an object'],
  ]
  for (const [text, message] of cases) {
    assert.throws(
      () => parseRulesFile(text, 'x.yaml'),
      (error) => error instanceof RulesFileError && error.message.startsWith(message),
      text,
    )
  }
})

test('RU-04: aliases that multiply are refused', () => {
  const bomb = [
    'a: &a [1,1,1,1,1,1,1,1,1]',
    ...'bcdefghi'.split('').map((key, i) => `${key}: &${key} [${Array(9).fill(`*${'abcdefghi'[i]}`).join(',')}]`),
  ].join('\n')
  assert.throws(() => parseRulesFile(bomb, 'x.yaml'), RulesFileError)
})

test('files that do not fit together are refused', () => {
  const write = (name: string, text: string) => {
    const path = join(folder, name)
    writeFileSync(path, text)
    return path
  }
  const one = write('one.yaml', `${transfer}\ndataPoints: [{ name: amount, dataType: number, modelType: action }]`)
  const two = write('two.yaml', transfer)
  const three = write('three.yaml', 'dataPoints: [{ name: amount, dataType: text, modelType: action }]')
  const same = write('same.yaml', 'dataPoints: [{ name: amount, dataType: number, modelType: action }]')
  assert.throws(() => readRulesFiles([one, two]), /two.yaml: the action `transfer` is also in .*one.yaml/)
  assert.throws(() => readRulesFiles([one, three]), /three.yaml: the data point `amount` is defined differently/)
  assert.equal(readRulesFiles([one, same]).dataPoints.size, 1)
  const empty = mkdtempSync(join(folder, 'empty-'))
  assert.throws(() => readRulesFiles([empty]), /the folder contains no \.yaml/)
})

test('exporting over files that say the same leaves them and their comments alone', () => {
  const target = mkdtempSync(join(folder, 'out-'))
  const path = join(target, 'transfer.yaml')
  const rules = {
    actions: [parseRulesFile(transfer, 'x').action ?? assert.fail()],
    dataPoints: new Map([['amount', { name: 'amount', dataType: 'number', modelType: 'action', isPublic: false } as const]]),
    lists: new Map(),
    features: new Map(),
  }
  assert.deepEqual(
    exportFolder(rules, target, 'yaml').map(({ isChanged }) => isChanged),
    [true, true],
  )
  const commented = `# keep me\n${readFileSync(path, 'utf8')}`
  writeFileSync(path, commented)
  exportFolder(rules, target, 'yaml')
  assert.equal(readFileSync(path, 'utf8'), commented)
  writeFileSync(path, commented.replace('outcome: BLOCK', 'outcome: REVIEW'))
  exportFolder(rules, target, 'yaml')
  assert.equal(readFileSync(path, 'utf8'), transfer)
})

test('A3: a constant that a double cannot hold is refused with its line, and one that it holds is read, however it is written', () => {
  const withConstant = (number: string) => transfer.replace("'*': [ 0.5,", `'*': [ ${number},`)
  for (const number of ['40817810099910004312', '0.1000000000000000055', '1e400', '+9007199254740993', '0xFFFFFFFFFFFFFFFFF']) {
    assert.throws(() => parseRulesFile(withConstant(number), 'x.yaml'), /x\.yaml:\d+: \S+ is a number that a double cannot hold/, number)
  }
  for (const number of ['0.50', '5e-1', '+0.5', '.5', '100', '0x10']) parseRulesFile(withConstant(number), 'x.yaml')
})

test('A4: a file that is not UTF-8 is refused', () => {
  const path = join(folder, 'latin.yaml')
  writeFileSync(path, Buffer.from(transfer.replace('Hidden', 'M\u00fcller'), 'latin1'))
  assert.throws(() => readRulesFiles([path]), /latin\.yaml: the file is not UTF-8/)
})

test('the recommended policy can be saved as it is, without a warning, and passes its own tests', () => {
  const files = readRulesFiles([join(import.meta.dirname, '../../../../examples/recommended-policy.yaml')])
  const world = worldOf(files)
  const [action] = files.actions
  assert.ok(action)
  const checked = checkAction(world, action)
  if (checked.problem !== undefined) assert.fail(checked.problem)
  assert.deepEqual(checked.warnings, [])
  const policy = compilePolicy(checked.definition, world.context)
  const deps = { ip: { lookUp: () => homeAddress, dataVersion: 'test' }, clock: Date.now }
  const failed = (action.tests ?? []).map((each) => runPolicyTest(deps, world.tenant, policy, each)).filter(({ passed }) => !passed)
  assert.deepEqual(failed, [])
})
