import type { Command } from 'commander'
import type { CheckedAction } from '../rules-as-code/check-action.ts'
import type { RulesWorld } from '../rules-as-code/rules-world.ts'
import { addRemoteSettings, addSettings, configOf, print } from './command-file.ts'
import { printNotes } from './print-notes.ts'

/** `rules test`: runs the tests in files, without a server, or the saved tests of a server. Exit code 1 when a test fails. */
export function addRulesTest(rules: Command): void {
  addSettings(addRemoteSettings(rules.command('test [paths...]').description('run the tests in files, or the saved tests of a server')), [
    'data-dir',
  ])
    .option('--action <code...>', 'only these actions')
    .action(async (paths: string[], options: { action?: string[] } & Record<string, unknown>) => {
      if (paths.length === 0) return testServer(options)
      const { checkedFiles } = await import('./rules-checked-files.ts')
      const { world, actions } = await checkedFiles(paths, options)
      printNotes(actions)
      await testFiles(world, actions, options)
    })
}

/** Runs the tests of actions in this process. IP data come from the data directory, as for the server; they are read only when a test has an address. */
async function testFiles(
  world: RulesWorld,
  actions: readonly { checked: CheckedAction }[],
  options: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { compilePolicy } = await import('@sallyport/engine')
  const { runPolicyTest } = await import('../rules/run-policy-test.ts')
  const tests = actions.flatMap(({ checked }) => checked.action.tests ?? [])
  const needsIp = tests.some(({ event }) => event.ipAddress !== undefined)
  const { openIpIntelligence } = await import('../ip/open-ip-intelligence.ts')
  const noIp = {
    lookUp: () => {
      throw new Error('no test has an address')
    },
    dataVersion: '',
  }
  const ip = needsIp ? await openIpIntelligence({ dataDir: configOf(options).dataDir, clock: Date.now }) : noIp
  const results = actions.flatMap(({ checked }) => {
    if (checked.problem !== undefined) return []
    const policy = compilePolicy(checked.definition, world.context)
    return (checked.action.tests ?? []).map((test) => ({
      action: checked.action.actionCode,
      ...runPolicyTest({ ip, clock: Date.now }, world.tenant, policy, test),
    }))
  })
  reportTests(results)
}

async function testServer(options: { action?: string[] } & Record<string, unknown>): Promise<void> {
  const { clientOf } = await import('./rules-remote.ts')
  const client = clientOf(options)
  const codes = options.action ?? (await client.get<{ actionCode: string }[]>('/action-configurations')).map(({ actionCode }) => actionCode)
  const runs = await Promise.all(
    codes.map(async (action) => {
      const path = `/action-configurations/${encodeURIComponent(action)}/tests/run`
      const { results } = await client.send<{ results: Omit<Result, 'action'>[] }>('POST', path, {})
      return results.map((result) => ({ action, ...result }))
    }),
  )
  reportTests(runs.flat())
}

interface Result {
  action: string
  name: string
  passed: boolean
  sentence: string
}

/** Prints which tests passed, and why the others failed. Sets exit code 1 when one failed. */
export function reportTests(results: readonly Result[]): void {
  for (const { action, name, passed, sentence } of results)
    print(passed ? `ok    ${action}: ${name}` : `FAIL  ${action}: ${name}\n      ${sentence}`)
  const failed = results.filter(({ passed }) => !passed).length
  print(`${results.length - failed} passed, ${failed} failed.`)
  if (failed > 0) process.exitCode = 1
}
