import type { Command } from 'commander'
import { addSettings, CommandError, configOf, mailFlags, print } from './command-file.ts'

/** `mail test`: whether the mail server takes mail. Needs no running server. */
export function addMail(program: Command): void {
  const mail = program.command('mail').description('try the mail server')
  addSettings(mail.command('test <address>').description('send a test mail, and say what became of it'), mailFlags).action(
    async (address: string, options: Record<string, unknown>) => {
      const { mail: settings } = configOf(options)
      const { mailAddressProblem } = await import('../mail/mail-address.ts')
      const problem = mailAddressProblem(address)
      if (problem !== undefined) throw new CommandError(`\`${address}\` ${problem}`)
      if (settings === undefined) {
        throw new CommandError(
          'no mail server is set up: set SALLYPORT_MAIL_URL and SALLYPORT_MAIL_FROM, or give --mail-url and --mail-from',
        )
      }
      const { sendTestMail } = await import('./send-test-mail.ts')
      const { host, port } = settings
      const failure = await sendTestMail(settings, address)
      if (failure !== undefined) throw new CommandError(`${host}:${port} did not take the mail: ${failure}`)
      print(`${host}:${port} took the mail. Look whether it arrives.`)
    },
  )
}
