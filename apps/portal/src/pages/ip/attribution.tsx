import { UserText } from '../../parts/user-text.tsx'

/** The line that names a publisher, with its link: licences ask for it wherever facts are shown. */
export function Attribution({ of: { text, url } }: { of: { text: string; url?: string | undefined } }) {
  if (url === undefined || !/^https?:\/\//.test(url)) return <UserText>{text}</UserText>
  return (
    <a href={url} target="_blank" rel="noopener noreferrer" className="underline">
      <UserText>{text}</UserText>
    </a>
  )
}
