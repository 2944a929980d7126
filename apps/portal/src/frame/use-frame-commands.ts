import { useLocation } from 'wouter'
import { useMe } from '../api/me.ts'
import { signOut } from '../api/sign-in.ts'
import type { Command } from '../commands/command.ts'
import { useCommands } from '../commands/use-commands.ts'
import { pages } from '../pages.ts'
import { chooseTheme } from './theme.ts'

/** The commands that every page has. */
export function useFrameCommands({ openPalette, openKeys }: { openPalette: () => void; openKeys: () => void }): void {
  const [, navigate] = useLocation()
  const { may } = useMe()
  const goTo = pages
    .filter(({ path, needs }) => !path.includes(':') && (needs === undefined || may(needs)))
    .map(
      ({ path, title, rail }): Command => ({
        id: `go.${path}`,
        title: `Go to ${title}`,
        ...(rail !== undefined && { keys: `g ${rail.key}` }),
        run: () => navigate(path),
      }),
    )
  useCommands([
    ...goTo,
    { id: 'palette', title: 'Search, or run a command', keys: '/', isHidden: true, run: openPalette },
    { id: 'palette.too', title: 'Search, or run a command', keys: 'Ctrl+k', isHidden: true, run: openPalette },
    { id: 'keys', title: 'Show the keys', keys: '?', run: openKeys },
    { id: 'theme.light', title: 'Use light colours', words: 'theme', run: () => chooseTheme('light') },
    { id: 'theme.dark', title: 'Use dark colours', words: 'theme', run: () => chooseTheme('dark') },
    { id: 'theme.system', title: 'Use the colours of the system', words: 'theme', run: () => chooseTheme('system') },
    {
      id: 'account',
      title: 'Your account',
      words: 'passkeys recovery sessions mail address',
      run: () => navigate('/settings/account'),
    },
    { id: 'sign-out', title: 'Sign out', run: () => void signOut() },
  ])
}
