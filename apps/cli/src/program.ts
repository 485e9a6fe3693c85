import { Command, CommanderError } from 'commander'
import { configTable } from './commands/config.ts'
import { signToken, type TokenRequest } from './commands/token.ts'
import { environmentHelp } from './env/help.ts'
import { settingsOf } from './env/settings.ts'
import { unknownVariables } from './env/unknown.ts'
import { CommandFailure, oneLine } from './failure.ts'
import { version } from './version.ts'

const EXAMPLES = `
Examples:
  holdfast serve
      Start with nothing set up, then open the address that it prints.
  HOLDFAST_PORT=9000 holdfast serve
      The same on another port.
  HOLDFAST_JWT_SECRET=… holdfast serve
      Let in only people whose tokens your application signs.
  HOLDFAST_JWT_SECRET=… holdfast token --sub ann --name Ann
      Such a token, to try things out with.
  holdfast config
      What is set, and where each value comes from.
  holdfast restored && holdfast serve
      After a backup was put into HOLDFAST_DATA_DIR.
`

/** Runs the command line. Sets the exit code: 0 when all went well, 1 when it did not. */
export async function runProgram(argv: readonly string[]): Promise<void> {
  try {
    await program().parseAsync(argv)
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode
      return
    }
    process.stderr.write(`holdfast: ${oneLine(error)}\n`)
    process.exitCode = 1
  }
}

function program(): Command {
  const root = new Command('holdfast')
    .description('Room messaging that never loses its place: a chat server that keeps every message, in order.')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .addHelpText('after', `${EXAMPLES}\n${environmentHelp()}`)
    .exitOverride()
  root
    .command('serve')
    .description('start the server and its web app; Ctrl-C stops it without losing anything')
    .option('--workers <count>', 'threads that serve clients; as HOLDFAST_WORKERS, which it takes precedence over')
    .addHelpText('after', `\n${environmentHelp()}`)
    .action(async ({ workers }: { workers?: string }) => {
      const { serve } = await import('./commands/serve.ts')
      await serve(workers === undefined ? process.env : { ...process.env, HOLDFAST_WORKERS: workers })
    })
  root
    .command('token')
    .description('print a token for development, signed with HOLDFAST_JWT_SECRET')
    .requiredOption('--sub <userId>', 'whose token it is: the user id')
    .requiredOption('--name <name>', 'their display name')
    .option('--admin', 'make them an admin of the whole server')
    .option('--expires <duration>', 'how long it is good for: 90s, 15m, 1h, 30d', '1h')
    .action(async (request: TokenRequest) => {
      process.stdout.write(`${await signToken(request, process.env, Date.now())}\n`)
    })
  root
    .command('restored')
    .description(
      'say that a backup was put into HOLDFAST_DATA_DIR, before serving it: clients then read their rooms anew',
    )
    .action(async () => {
      const { restored } = await import('./commands/restored.ts')
      process.stdout.write(`${await restored(process.env)}\n`)
    })
  root
    .command('config')
    .description('print every setting, its value and where that comes from; fails when one is wrong')
    .action(() => {
      process.stdout.write(`${configTable(process.env)}\n`)
      for (const warning of unknownVariables(process.env)) process.stderr.write(`holdfast: ${warning}\n`)
      const result = settingsOf(process.env)
      if (!result.ok) throw new CommandFailure(result.problems.join('; '))
    })
  return root
}
