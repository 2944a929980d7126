import { useLocation } from 'wouter'
import { useMe } from '../api/me.ts'
import { signOut } from '../api/sign-in.ts'
import { IconButton } from '../parts/button.tsx'
import { Icon } from '../parts/icon.tsx'
import { Menu } from '../parts/menu.tsx'
import { UserText } from '../parts/user-text.tsx'
import { pageAt } from './page-at.ts'
import { chooseTheme, themes, useTheme } from './theme.ts'
import { TimeRangePicker } from './time-range-picker.tsx'

/** The bar above every page: whose data it is, the search, the time range where the page has one, and who is signed in. */
export function TopBar({ onSearch, onRail }: { onSearch: () => void; onRail: () => void }) {
  const { who } = useMe()
  const [path] = useLocation()
  return (
    <header className="sticky top-0 z-20 flex h-12 items-center gap-2 border-b bg-surface px-2 narrow:px-4">
      <IconButton icon="menu" label="Pages" onClick={onRail} className="narrow:hidden" />
      <span className="hidden max-w-48 truncate text-sm font-medium wide:block" title="Tenant">
        <UserText>{who.tenantName}</UserText>
      </span>
      <button
        type="button"
        onClick={onSearch}
        aria-keyshortcuts="/ Control+K"
        className="flex h-8 min-w-0 flex-1 items-center gap-2 rounded-md border border-line-strong bg-paper px-2.5 text-sm text-soft hover:border-ink narrow:max-w-md"
      >
        <Icon name="search" />
        <span className="truncate">Search, or go to …</span>
        <kbd className="ml-auto hidden font-sans text-xs narrow:inline">/</kbd>
      </button>
      <span className="hidden flex-1 narrow:block" />
      {pageAt(path)?.usesTime && <TimeRangePicker />}
      <MeMenu />
    </header>
  )
}

const themeWords = { system: 'Colours of the system', light: 'Light', dark: 'Dark' } as const

function MeMenu() {
  const { who } = useMe()
  const theme = useTheme()
  const name = who.name ?? 'You'
  return (
    <Menu
      trigger={
        <button
          type="button"
          aria-label={`You: ${name}`}
          className="flex h-8 shrink-0 items-center gap-1.5 rounded-md px-2 text-sm hover:bg-hover"
        >
          <Icon name="me" />
          <span className="hidden max-w-32 truncate wide:inline">
            <UserText>{name}</UserText>
          </span>
        </button>
      }
      head={
        <>
          <div className="max-w-64 truncate font-medium">
            <UserText>{name}</UserText>
          </div>
          <div className="max-w-64 truncate text-soft">
            {who.role} of <UserText>{who.tenantName}</UserText>
          </div>
        </>
      }
      groups={[
        themes.map((one) => ({ label: themeWords[one], isChosen: theme === one, onChoose: () => chooseTheme(one) })),
        [
          { label: 'Your account', href: '/settings/account' },
          { label: 'Sign out', onChoose: () => void signOut() },
        ],
      ]}
    />
  )
}
