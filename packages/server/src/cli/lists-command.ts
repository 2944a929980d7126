import { createInterface } from 'node:readline'
import type { Command } from 'commander'
import type { ManagementClient } from '../rules-as-code/management-client.ts'
import { addRemoteSettings, CommandError, isOutputClosed, print } from './command-file.ts'
import { printRecords } from './print-records.ts'
import { clientOf } from './rules-remote.ts'

interface StoredList {
  name: string
  alias: string
  itemType: 'string' | 'number'
  valueListItems: (string | number)[]
  isActive: boolean
  version: number
}

type Options = Record<string, unknown>

/** `lists`: the value lists of a running server. Entries are arguments, or lines of standard input. */
export function addLists(program: Command): void {
  const lists = program.command('lists').description('list, show, create, change and delete value lists of a running server')
  const add = (usage: string, text: string) => addRemoteSettings(lists.command(usage).description(text))

  add('list', 'list value lists')
    .option('--json', 'one JSON object per line')
    .action(async (options: Options) => {
      const all = await clientOf(options).get<StoredList[]>('/value-lists')
      printRecords(
        all.map(({ valueListItems, ...list }) => ({ ...list, itemCount: valueListItems.length })),
        { json: options.json === true },
      )
    })

  add('show <alias>', 'print the entries of a value list, one per line').action(async (alias: string, options: Options) => {
    for (const item of (await load(clientOf(options), alias)).valueListItems) {
      if (isOutputClosed()) return
      print(String(item))
    }
  })

  add('create <name> [entries...]', 'create a value list; without entries, reads one per line from standard input')
    .option('--numbers', 'the entries are numbers')
    .option('--empty', 'begin without entries')
    .action(async (name: string, entries: string[], options: Options) => {
      const itemType = options.numbers === true ? 'number' : 'string'
      const items = options.empty === true ? [] : await entriesOf(entries, itemType)
      const body = { name, itemType, valueListItems: items, isActive: true }
      const { alias } = await clientOf(options).send<StoredList>('POST', '/value-lists', body)
      print(`Created the list ${alias} with ${items.length} entries.`)
    })

  for (const verb of ['add', 'remove'] as const) {
    add(`${verb} <alias> [entries...]`, `${verb} entries; without any, reads one per line from standard input`).action(
      async (alias: string, entries: string[], options: Options) => {
        const client = clientOf(options)
        const { itemType } = await load(client, alias)
        const body = { [verb]: await entriesOf(entries, itemType) }
        const { itemCount } = await client.send<{ itemCount: number }>('POST', `/value-lists/${encodeURIComponent(alias)}/items`, body)
        print(`The list ${alias} has ${itemCount} entries.`)
      },
    )
  }

  add('delete <alias>', 'delete a value list that no rule reads').action(async (alias: string, options: Options) => {
    await clientOf(options).send('DELETE', `/value-lists/${encodeURIComponent(alias)}`)
    print(`Deleted the list ${alias}.`)
  })
}

function load(client: ManagementClient, alias: string): Promise<StoredList> {
  return client.get(`/value-lists/${encodeURIComponent(alias)}`)
}

async function entriesOf(given: readonly string[], type: StoredList['itemType']): Promise<(string | number)[]> {
  const texts = given.length > 0 ? [...given] : await linesOf()
  if (type === 'string') return texts
  return texts.map((text) => {
    const number = Number(text)
    if (text.trim() === '' || !Number.isFinite(number))
      throw new CommandError(`\`${text.slice(0, 100)}\` is not a number, and the list holds numbers`)
    return number
  })
}

async function linesOf(): Promise<string[]> {
  const input = process.stdin
  const texts: string[] = []
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) if (line.trim() !== '') texts.push(line.trim())
  if (texts.length === 0) throw new CommandError('name at least one entry, or send entries to standard input')
  return texts
}
