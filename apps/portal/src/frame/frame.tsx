import { Suspense, useEffect, useState } from 'react'
import { useMe } from '../api/me.ts'
import { Skeleton } from '../parts/skeleton.tsx'
import { Toasts } from '../parts/toasts.tsx'
import { Fence } from './fence.tsx'
import { KeysDialog } from './keys-dialog.tsx'
import { PageOutlet } from './page-outlet.tsx'
import { Palette } from './palette.tsx'
import { NarrowRail, Rail } from './rail.tsx'
import { TopBar } from './top-bar.tsx'
import { useFrameCommands } from './use-frame-commands.ts'
import { useKeys } from './use-keys.ts'

/** Everything around the page. Somebody who is not signed in never sees it: the first call goes to the sign-in. */
export function Frame() {
  return (
    <Fence what="The portal could not be opened">
      <Suspense fallback={<Skeleton what="who you are" lines={0} />}>
        <Signed />
      </Suspense>
    </Fence>
  )
}

type Open = 'palette' | 'keys' | 'rail' | undefined

function Signed() {
  useMe()
  const [open, setOpen] = useState<Open>()
  const close = () => setOpen(undefined)
  useKeys()
  useFrameCommands({ openPalette: () => setOpen('palette'), openKeys: () => setOpen('keys') })
  // Where a restored session of the browser had a sheet open, the wide page has no button to close it.
  useEffect(() => {
    const wide = window.matchMedia('(min-width: 720px)')
    const onChange = () => wide.matches && setOpen((now) => (now === 'rail' ? undefined : now))
    wide.addEventListener('change', onChange)
    return () => wide.removeEventListener('change', onChange)
  }, [])
  return (
    <>
      <a
        href="#page"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-md focus:bg-accent focus:px-3 focus:py-1.5 focus:text-on-accent"
      >
        Skip to the page
      </a>
      <div className="narrow:grid narrow:grid-cols-[3.25rem_minmax(0,1fr)] wide:grid-cols-[12rem_minmax(0,1fr)]">
        <Rail />
        <div className="min-w-0">
          <TopBar onSearch={() => setOpen('palette')} onRail={() => setOpen('rail')} />
          <main id="page" tabIndex={-1}>
            <PageOutlet />
          </main>
        </div>
      </div>
      <NarrowRail isOpen={open === 'rail'} onClose={close} />
      <Palette isOpen={open === 'palette'} onClose={close} />
      <KeysDialog isOpen={open === 'keys'} onClose={close} />
      <Toasts />
    </>
  )
}
