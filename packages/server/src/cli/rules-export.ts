import { type Command, Option } from 'commander'
import { addRemoteSettings, CommandError, print } from './command-file.ts'

interface ExportOptions {
  action?: string[]
  format: 'yaml' | 'json'
}

/** `rules export`: writes the rules of a server to files. */
export function addRulesExport(rules: Command): void {
  addRemoteSettings(
    rules.command('export [folder]').description('write a folder of files, or one action and everything it needs to standard output'),
  )
    .option('--action <code...>', 'only these actions; exactly one if no folder is given')
    .addOption(new Option('--format <format>', 'format of the files').choices(['yaml', 'json']).default('yaml'))
    .action(async (folder: string | undefined, options: ExportOptions & Record<string, unknown>) => {
      const { clientOf } = await import('./rules-remote.ts')
      const { loadRemoteRules } = await import('../rules-as-code/load-remote-rules.ts')
      const { exportAction, exportFolder } = await import('../rules-as-code/export-rules.ts')
      const { format } = options
      const remote = await loadRemoteRules(clientOf(options), options.action)
      const missing = options.action?.find((code) => !remote.versions.has(code))
      if (missing !== undefined) throw new CommandError(`there is no action \`${missing}\``)
      if (folder === undefined) {
        const [action, ...others] = remote.actions
        if (action === undefined || others.length > 0) return rules.error('error: name one action with --action, or a folder to write to')
        process.stdout.write(exportAction(remote, action, format))
        return
      }
      for (const { path, isChanged } of exportFolder(remote, folder, format)) print(`${isChanged ? 'wrote' : 'same '}  ${path}`)
    })
}
