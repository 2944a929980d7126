import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { addRemoteSettings, CommandError, print } from './command-file.ts'
import { printRecords } from './print-records.ts'
import { clientOf } from './rules-remote.ts'

type Options = Record<string, unknown>
type Feature = Record<string, unknown>

const path = '/velocity-features'

/** `features`: the velocity features of a running server. */
export function addFeatures(program: Command): void {
  const features = program.command('features').description('list, show, create, fill and delete velocity features of a running server')
  const add = (usage: string, text: string) => addRemoteSettings(features.command(usage).description(text))

  add('list', 'list velocity features')
    .option('--json', 'one JSON object per line')
    .action(async (options: Options) => {
      printRecords(await clientOf(options).get<Feature[]>(path), { json: options.json === true })
    })

  add('show <name>', 'print a velocity feature as JSON').action(async (name: string, options: Options) => {
    print(JSON.stringify(await clientOf(options).get(`${path}/${encodeURIComponent(name)}`), null, 2))
  })

  add('create <file>', 'create a velocity feature from a JSON file (`-`: standard input), as the management API takes it').action(
    async (file: string, options: Options) => {
      const body = readJson(file)
      const { name } = await clientOf(options).send<{ name: string }>('POST', path, body)
      print(`Created the feature ${name}.`)
    },
  )

  add('backfill <name>', 'fill a velocity feature from stored actions').action(async (name: string, options: Options) => {
    print(JSON.stringify(await clientOf(options).send('POST', `${path}/${encodeURIComponent(name)}/backfill`, {})))
  })

  add('delete <name>', 'delete a velocity feature that no rule reads').action(async (name: string, options: Options) => {
    await clientOf(options).send('DELETE', `${path}/${encodeURIComponent(name)}`)
    print(`Deleted the feature ${name}.`)
  })
}

function readJson(file: string): unknown {
  const text = readFileSync(file === '-' ? 0 : file, 'utf8')
  try {
    return JSON.parse(text)
  } catch {
    throw new CommandError(`\`${file}\` is not JSON`)
  }
}
