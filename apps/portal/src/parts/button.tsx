import type { ComponentProps } from 'react'
import { Link } from 'wouter'
import { Icon, type IconName } from './icon.tsx'

export type Look = 'primary' | 'plain' | 'quiet' | 'danger'

const shared =
  'inline-flex h-8 items-center justify-center gap-1.5 rounded-md px-3 text-sm font-medium whitespace-nowrap select-none disabled:opacity-50 aria-disabled:opacity-50'
const looks: Record<Look, string> = {
  primary: 'bg-accent text-on-accent not-disabled:hover:bg-accent-hover',
  plain: 'border border-line-strong bg-surface not-disabled:hover:border-ink',
  quiet: 'text-ink not-disabled:hover:bg-hover',
  danger: 'border border-block text-block not-disabled:hover:bg-block-tint',
}

type ButtonProps = ComponentProps<'button'> & {
  look?: Look
  icon?: IconName
  /** Work goes on: the button waits, and says so to assistive technology. */
  isBusy?: boolean
}

export function Button({ look = 'plain', icon, isBusy = false, className = '', children, disabled, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled === true || isBusy}
      aria-busy={isBusy || undefined}
      className={`${shared} ${looks[look]} ${className}`}
    >
      {icon && <Icon name={icon} />}
      {children}
    </button>
  )
}

/** A link to a page of the portal that looks like a button. @public */
export function LinkButton({
  href,
  look = 'plain',
  icon,
  children,
}: {
  href: string
  look?: Look
  icon?: IconName
  children: React.ReactNode
}) {
  return (
    <Link href={href} className={`${shared} ${looks[look]}`}>
      {icon && <Icon name={icon} />}
      {children}
    </Link>
  )
}

type IconButtonProps = ComponentProps<'button'> & { icon: IconName; label: string; isSmall?: boolean }

/** A button with a picture alone. `label` is its name, also shown on hover. `isSmall` is for rows of a table. */
export function IconButton({ icon, label, isSmall = false, className = '', ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      title={label}
      {...rest}
      aria-label={label}
      className={`inline-flex shrink-0 items-center justify-center rounded-md text-soft not-disabled:hover:bg-hover not-disabled:hover:text-ink disabled:opacity-50 ${isSmall ? 'size-6' : 'size-8'} ${className}`}
    >
      <Icon name={icon} />
    </button>
  )
}
