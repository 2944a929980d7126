import type { Command } from 'commander'
import { addRemoteSettings, print } from './command-file.ts'

interface BacktestOptions {
  action?: string[]
  from?: string
  to?: string
  json?: boolean
}

/** `rules backtest`: tries the rules of files on a server's history. */
export function addRulesBacktest(rules: Command): void {
  addRemoteSettings(rules.command('backtest <paths...>').description("run rules from files against a server's history"))
    .option('--action <code...>', 'only these actions')
    .option('--from <time>', 'start, in ISO 8601 (default: 30 days before the end)')
    .option('--to <time>', 'end, in ISO 8601 (default: now)')
    .option('--json', 'print one JSON object per action')
    .action(async (paths: string[], options: BacktestOptions & Record<string, unknown>) => {
      const { clientOf } = await import('./rules-remote.ts')
      const { planRules, refuseProblems } = await import('./rules-plan.ts')
      const { backtestAction } = await import('../rules-as-code/backtest-action.ts')
      const { summarizeBacktest } = await import('../rules-as-code/summarize-backtest.ts')
      const client = clientOf(options)
      const plan = await planRules(paths, client, options.action)
      refuseProblems(plan)
      for (const { checked } of plan.actions) {
        if (checked.problem !== undefined) continue
        const { from, to } = options
        const result = await backtestAction(client, plan.files, plan.remote, checked.definition, { from, to })
        if (options.json === true) print(JSON.stringify({ action: checked.action.actionCode, ...result }))
        else for (const line of summarizeBacktest(checked.action.actionCode, result)) print(line)
      }
    })
}
