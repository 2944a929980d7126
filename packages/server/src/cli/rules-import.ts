import type { Command } from 'commander'
import type { ImportedRules } from '../rules-as-code/import-rules.ts'
import { addRemoteSettings, CommandError, print } from './command-file.ts'
import { printNotes } from './print-notes.ts'
import { isProposal, printProposed } from './print-proposed.ts'

interface ImportOptions {
  dryRun?: boolean
  ignoreFailingTests?: boolean
  message?: string
}

/** `rules import`: brings a server's rules to the state of files, all or nothing. A second import changes nothing. */
export function addRulesImport(rules: Command): void {
  addRemoteSettings(
    rules
      .command('import <paths...>')
      .description('make a server match the files; anything they do not mention stays as it is')
      .option('--dry-run', 'show what would change and run the tests, without changing anything')
      .option('--ignore-failing-tests', 'save even if a test fails')
      .option('--message <text>', 'reason for the change, stored with the version'),
  ).action(async (paths: string[], options: ImportOptions & Record<string, unknown>) => {
    const { clientOf } = await import('./rules-remote.ts')
    const { importRules } = await import('../rules-as-code/import-rules.ts')
    const { planRules, printPlan, refuseProblems } = await import('./rules-plan.ts')
    const client = clientOf(options)
    const plan = await planRules(paths, client)
    refuseProblems(plan)
    const isDry = options.dryRun === true
    printPlan(plan)
    printNotes(plan.actions)
    if (!isDry && plan.shared.length === 0 && plan.actions.every(({ sentences }) => sentences.length === 0)) return
    const imported = await importRules(client, plan.files, plan.remote, options).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error)
      throw new CommandError(isDry ? reason : `nothing was saved: ${reason}`, { cause: error })
    })
    if (isProposal(imported)) return printProposed(imported)
    for (const { actionCode, warnings } of imported.actions) {
      for (const { message } of warnings) print(`note: ${actionCode}: ${message}`)
    }
    if (isDry) {
      const { reportTests } = await import('./rules-test.ts')
      reportTests(testsOf(imported))
      return
    }
    for (const { actionCode, policyVersion, changes } of imported.actions) {
      if (changes.length > 0) print(`${actionCode} is at version ${policyVersion}.`)
    }
  })
}

/** The tests of the imported actions, and the failing tests of other actions. */
function testsOf({ actions, broken }: ImportedRules) {
  const ofActions = actions.flatMap(({ actionCode, tests }) => tests.map((test) => ({ action: actionCode, ...test })))
  const ofOthers = broken.filter(({ actionCode }) => !actions.some((action) => action.actionCode === actionCode))
  return [...ofActions, ...ofOthers.map(({ actionCode, test }) => ({ action: actionCode, ...test }))]
}

/** `rules diff`: shows what an import would change, or how two versions differ. Exit code 1 when there is a difference, like `diff`. */
export function addRulesDiff(rules: Command): void {
  addRemoteSettings(
    rules
      .command('diff [paths...]')
      .description('compare files with a server, or two versions of an action; exit code 1 when they differ')
      .option('--action <code>', 'the action to compare')
      .option('--from <version>', 'the earlier version')
      .option('--to <version>', 'the later version (default: the current one)'),
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
