import { Empty } from '../../parts/empty.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { text } from '../../url/codec.ts'
import { useParam } from '../../url/use-param.ts'
import { MethodList } from './methods/method-list.tsx'
import { OneMethod } from './methods/one-method.tsx'
import { useMethods } from './methods/use-methods.ts'

const noMethod = text()

/** The verification methods: all there are, or the one that the address names. */
export function MethodsTab() {
  const [path] = useParam('method', noMethod)
  const query = useMethods()
  return (
    <Loaded query={query} what="the methods">
      {(methods) => {
        if (path === '') return <MethodList methods={methods} />
        const method = methods.find((one) => one.path === path)
        return method ? <OneMethod key={path} method={method} /> : <Empty title="There is no such method.">The link may be old.</Empty>
      }}
    </Loaded>
  )
}
