import type { Command } from 'commander'
import { type Config, loadConfig, loadRemoteConfig, type RemoteConfig, remoteSettings, settings } from '../config.ts'

/** Adds the commands of one file to the program. Every file of commands exports one. */
export type CommandFile = (program: Command) => void

/** A refusal that the caller can fix. Printed without a stack; exit code 1. */
export class CommandError extends Error {}

export type SettingFlag = (typeof settings)[number]['flag']

/** The flags of commands that work on the store without serving. */
export const storeFlags: readonly SettingFlag[] = ['data-dir', 'database-url', 'master-key']

/** The flags of commands that may send mail. */
export const mailFlags: readonly SettingFlag[] = ['mail-url', 'mail-from']

/** Adds flags for the named settings, or for all of them. Read the result with `configOf`. */
export function addSettings(command: Command, flags: readonly SettingFlag[] = settings.map(({ flag }) => flag)): Command {
  for (const { flag, value, help, variable } of settings) {
    if (flags.includes(flag)) command.option(`--${flag} <${value}>`, `${help} [${variable}]`)
  }
  return command
}

/** Adds the flags of a command that calls a running server. Read the result with `remoteOf`. */
export function addRemoteSettings(command: Command, key: 'management-key' | 'secret-key' = 'management-key'): Command {
  for (const { flag, value, help, variable } of remoteSettings)
    if (flag === 'url' || flag === key) command.option(`--${flag} <${value}>`, `${help} [${variable}]`)
  return command
}

/** Reads the configuration from a command's flags and the environment. */
export function configOf(options: Readonly<Record<string, unknown>>): Config {
  return loadConfig(flagsOf(options, settings))
}

/** Reads which server to call from a command's flags and the environment. */
export function remoteOf(options: Readonly<Record<string, unknown>>): RemoteConfig {
  return loadRemoteConfig(flagsOf(options, [...settings, ...remoteSettings]))
}

function flagsOf(options: Readonly<Record<string, unknown>>, known: readonly { flag: string }[]): Record<string, string> {
  const flags: Record<string, string> = {}
  for (const { flag } of known) {
    const value = options[flag.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())]
    if (typeof value === 'string') flags[flag] = value
  }
  return flags
}

let outputIsClosed = false

/** A reader that has read enough (`| head`) is no error: the rest of the output is dropped. */
export function acceptClosedOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
      if (stream === process.stdout) outputIsClosed = true
    })
  }
}

/** Whether nobody reads the output any longer. A command that only prints can stop then. */
export function isOutputClosed(): boolean {
  return outputIsClosed
}

/** Prints one line of a command's result. */
export function print(line: string): void {
  if (!outputIsClosed) process.stdout.write(`${line}\n`)
}
