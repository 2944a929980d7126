import type { Command } from 'commander'
import { addRemoteSettings, CommandError, print } from './command-file.ts'

interface ImportOptions {
  dryRun?: boolean
  ignoreFailingTests?: boolean
  message?: string
}

/** `rules import`: what files say, to a server. Doing it twice is doing it once. */
export function addRulesImport(rules: Command): void {
  addRemoteSettings(
    rules
      .command('import <paths...>')
      .description('bring a server to what files say; what they do not mention stays as it is')
      .option('--dry-run', 'say what would change, run the tests, and change nothing')
      .option('--ignore-failing-tests', 'save also what a test fails under')
      .option('--message <text>', 'why, for the history'),
  ).action(async (paths: string[], options: ImportOptions & Record<string, unknown>) => {
    const { clientOf } = await import('./rules-remote.ts')
    const { importAction, importShared } = await import('../rules-as-code/import-rules.ts')
    const client = clientOf(options)
    const { planRules, printPlan, refuseProblems } = await import('./rules-plan.ts')
    const plan = await planRules(paths, client)
    const { files, remote, shared, actions } = plan
    refuseProblems(plan)
    const isDry = options.dryRun === true
    printPlan(plan)
    if (isDry) {
      const { testFiles } = await import('./rules-test.ts')
      await testFiles(plan.world, actions, options)
      return
    }
    if (shared.length > 0) await importShared(client, files, remote)
    for (const { action, sentences } of actions) {
      if (sentences.length === 0) continue
      const version = await importAction(client, action, remote, options).catch((error: unknown) => {
        throw new CommandError(`${action.actionCode} is not saved: ${error instanceof Error ? error.message : String(error)}`, {
          cause: error,
        })
      })
      print(`${action.actionCode} is at version ${version}.`)
    }
  })
}

/** `rules diff`: what an import would change, or what became different between two versions. Exit code 1 when something did, as `diff` has it. */
export function addRulesDiff(rules: Command): void {
  addRemoteSettings(
    rules
      .command('diff [paths...]')
      .description('compare files with a server, or two versions of an action; exit code 1 when they differ')
      .option('--action <code>', 'the action whose versions are compared')
      .option('--from <version>', 'the earlier version')
      .option('--to <version>', 'the later version; the one in force when absent'),
  ).action(async (paths: string[], options: { action?: string; from?: string; to?: string } & Record<string, unknown>) => {
    const { clientOf } = await import('./rules-remote.ts')
    const client = clientOf(options)
    const { action, from } = options
    if (action !== undefined && from !== undefined && paths.length === 0) {
      const base = `/action-configurations/${encodeURIComponent(action)}`
      const to = options.to ?? (await client.get<{ policyVersion: number }>(base)).policyVersion
      const { changes } = await client.get<{ changes: { sentence: string }[] }>(
        `${base}/policy-versions/${encodeURIComponent(from)}/diff/${to}`,
      )
      for (const { sentence } of changes) print(sentence)
      process.exitCode = changes.length === 0 ? 0 : 1
      return
    }
    if (paths.length === 0) rules.error('error: name files or folders, or --action and --from')
    const { planRules, printPlan, refuseProblems } = await import('./rules-plan.ts')
    const plan = await planRules(paths, client)
    refuseProblems(plan)
    process.exitCode = printPlan(plan) === 0 ? 0 : 1
  })
}
