import type { Command } from 'commander'
import { addRemoteSettings, print } from './command-file.ts'
import { printNotes } from './print-notes.ts'

/** `rules explain`: explains each rule in one sentence, from files without a server, or from a server. */
export function addRulesExplain(rules: Command): void {
  addRemoteSettings(rules.command('explain [paths...]').description('explain the rules in files or on a server in plain sentences'))
    .option('--action <code...>', 'only these actions')
    .action(async (paths: string[], options: { action?: string[] } & Record<string, unknown>) => {
      const { explainRule } = await import('@sallyport/engine')
      const { world, actions } = await (paths.length === 0 ? checkedServer(options) : checkedPaths(paths, options))
      for (const { checked } of actions) {
        print(checked.action.actionCode)
        if (checked.problem !== undefined) {
          print(`  cannot be explained: ${checked.problem}`)
          process.exitCode = 1
          continue
        }
        const { rules, defaultOutcome } = checked.definition
        for (const rule of rules) print(`  ${String(rule.priority).padStart(2)}  ${rule.name}: ${explainRule(rule, world.words).sentence}`)
        print(`  --  ${rules.length === 0 ? 'Always' : 'When no rule matches'}: ${defaultOutcome}.`)
        printNotes([{ checked }], '  ')
      }
    })
}

async function checkedPaths(paths: string[], options: { action?: string[] } & Record<string, unknown>) {
  const { checkedFiles } = await import('./rules-checked-files.ts')
  return checkedFiles(paths, options)
}

async function checkedServer(options: { action?: string[] } & Record<string, unknown>) {
  const { clientOf } = await import('./rules-remote.ts')
  const { checkAction } = await import('../rules-as-code/check-action.ts')
  const { loadRemoteRules } = await import('../rules-as-code/load-remote-rules.ts')
  const { worldOf } = await import('../rules-as-code/rules-world.ts')
  const remote = await loadRemoteRules(clientOf(options), options.action)
  const world = worldOf(remote, remote)
  return { world, actions: remote.actions.map((action) => ({ checked: checkAction(world, action) })) }
}
