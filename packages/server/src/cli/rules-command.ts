import type { Command } from 'commander'
import { addRulesBacktest } from './rules-backtest.ts'
import { addRulesExplain } from './rules-explain.ts'
import { addRulesExport } from './rules-export.ts'
import { addRulesDiff, addRulesImport } from './rules-import.ts'
import { addRulesSnooze } from './rules-snooze.ts'
import { addRulesTest } from './rules-test.ts'

const files = `
Rules as code: one YAML or JSON file an action, and one for the lists, data points and velocity features they share.

  sallyport rules export rules/            writes what a running server has
  sallyport rules test rules/              runs the tests in the files, without a server
  sallyport rules import rules/ --dry-run  says what would change
  sallyport rules import rules/            changes it

The server is found with --url and --management-key, or SALLYPORT_API_URL and SALLYPORT_MANAGEMENT_KEY.`

/** `rules`: works with rules kept as files. */
export function addRules(program: Command): void {
  const rules = program
    .command('rules')
    .description('manage rules as files: export, import, diff, test, explain, backtest; snooze or wake a rule')
    .addHelpText('after', files)
  addRulesExport(rules)
  addRulesImport(rules)
  addRulesDiff(rules)
  addRulesTest(rules)
  addRulesExplain(rules)
  addRulesBacktest(rules)
  addRulesSnooze(rules)
}
