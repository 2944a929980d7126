import { existsSync } from 'node:fs'
import { type Command, InvalidArgumentError } from 'commander'
import { parseMasterKey } from '../config.ts'
import { loadMasterKey, loadNextMasterKey, masterKeyPath, promoteNextMasterKey } from '../keys/master-key.ts'
import type { RotationPlace } from '../keys/rotate-master-key.ts'
import { addSettings, CommandError, configOf, print, storeFlags } from './command-file.ts'
import type { Operator } from './run-operation.ts'

const rotating = `
Every secret in the store is encrypted again under the new key, while servers run and without a pause. Until that is done the old key works; a rotation that
was cut off goes on when the command is run again. Keep the old key for as long as you keep backups from before.

Without --new-key the key is the file master.key in the data directory, and the command replaces it. With SALLYPORT_MASTER_KEY name the new key:

  sallyport master-key rotate --new-key "$(openssl rand -base64 32)"`

/** `master-key rotate`: replaces the key that protects the secrets in the store. */
export function addMasterKey(program: Command): void {
  const masterKey = program.command('master-key').description('replace the key that protects the secrets in the store')

  addSettings(masterKey.command('rotate').description('encrypt every secret under a new master key'), storeFlags)
    .option('--new-key <key>', 'the new key, 32 random bytes in base64 or hex, where the key is set with SALLYPORT_MASTER_KEY', parseKey)
    .addHelpText('after', rotating)
    .action(async (options: { newKey?: Uint8Array } & Record<string, unknown>) => {
      const config = configOf(options)
      const isFile = config.masterKey === undefined
      if (isFile && options.newKey !== undefined)
        throw new CommandError(
          '--new-key is for a key that is set with SALLYPORT_MASTER_KEY; this one is a file, which is replaced without it',
        )
      if (!isFile && options.newKey === undefined)
        throw new CommandError('name the new key with --new-key: the old one is set with SALLYPORT_MASTER_KEY')
      if (isFile && !existsSync(masterKeyPath(config.dataDir))) throw new CommandError(`there is no master.key in ${config.dataDir}`)
      if (isFile) loadMasterKey(config)
      const newKey = Buffer.from(options.newKey ?? loadNextMasterKey(config.dataDir)).toString('base64')
      const { withOperator } = await import('./run-operation.ts')
      await withOperator(config, async (operator) => {
        const changed = await encryptAll(operator, newKey)
        const kept = isFile ? promoteNextMasterKey(config.dataDir) : undefined
        await operator.run('finishMasterKeyRotation', { newKey })
        print(`Encrypted ${changed} secrets under the new master key.`)
        if (kept !== undefined) print(`The old key is kept in ${kept}: backups from before need it.`)
        else print('Set SALLYPORT_MASTER_KEY to the new key before a server is started again.')
      })
    })
}

async function encryptAll(operator: Operator, newKey: string): Promise<number> {
  const { result, waitMs } = await operator.run('beginMasterKeyRotation', { newKey })
  if (result === 'same_key') throw new CommandError('the new master key is the key in use')
  if (result === 'other_rotation') throw new CommandError('another rotation has not finished: run it again with its new key')
  await new Promise((resolve) => setTimeout(resolve, waitMs))
  let all = 0
  // A secret that was stored under the old key at the last moment is found in the next round.
  for (let inRound = 1; inRound > 0; ) {
    inRound = 0
    let place: RotationPlace | null = null
    do {
      const step: { place: RotationPlace | null; changed: number } = await operator.run('stepMasterKeyRotation', { place })
      inRound += step.changed
      place = step.place
    } while (place !== null)
    all += inRound
  }
  return all
}

function parseKey(text: string): Uint8Array {
  const key = parseMasterKey(text)
  if (typeof key === 'string') throw new InvalidArgumentError(`the key ${key}`)
  return key
}
