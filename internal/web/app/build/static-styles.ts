import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { extractStyle } from '@ant-design/static-style-extract'
import { ConfigProvider, type ThemeConfig, theme } from 'antd'
import { createElement, type ReactElement } from 'react'
import type { Plugin } from 'vite'
import { baseTheme, darkComponents, darkToken, styleKey } from './theme.ts'

// A component that is not listed has no styles.
const components = [
  'Alert',
  'App',
  'AutoComplete',
  'Badge',
  'Button',
  'Checkbox',
  'DatePicker',
  'Descriptions',
  'Drawer',
  'Dropdown',
  'Empty',
  'Form',
  'Input',
  'InputNumber',
  'Menu',
  'Modal',
  'Pagination',
  'Popconfirm',
  'Popover',
  'Progress',
  'Radio',
  'Result',
  'Segmented',
  'Select',
  'Skeleton',
  'Slider',
  'Spin',
  'Steps',
  'Switch',
  'Table',
  'Tabs',
  'Tag',
  'Tooltip',
  'Tree',
  'message',
  'notification',
]

// antdStyles returns the styles of these components, in light and, by the preference of the
// person, in dark.
function antdStyles(): string {
  const light = extract(baseTheme)
  const dark = extract({ ...baseTheme, algorithm: theme.darkAlgorithm, token: { ...baseTheme.token, ...darkToken }, components: darkComponents })
  const themed = new RegExp(`\\.${styleKey}[^{}]*\\{[^{}]*\\}`, 'g')
  const same = new Set(light.match(themed))
  const darkRules = (dark.match(themed) ?? []).filter((rule) => !same.has(rule))
  return `${light}\n@media screen and (prefers-color-scheme: dark) {\n${darkRules.join('\n')}\n}\n`
}

function extract(config: ThemeConfig): string {
  const css = extractStyle({ includes: components, customTheme: (node) => createElement(ConfigProvider, { theme: config }, node) as ReactElement })
  // The panels that stand for a dialogue or a message here have a theme of their own, which no page uses.
  return css.replace(/\.css-var-_R_[^{}]*\{[^{}]*\}/g, '')
}

const virtual = 'virtual:antd.css'
const hook = `() => ['', '${styleKey}']`
const nothing = '() => null'

// staticStyles makes the styles of Ant Design a file of the build, virtual:antd.css, and leaves
// out the code that makes them in the browser: a quarter of its size. The policy of the page
// then allows its own files alone. Progress keeps its code, for a constant that is used.
export function staticStyles(): Plugin {
  return {
    name: 'static-antd-styles',
    enforce: 'pre',
    resolveId(source) {
      if (source === virtual) return `\0${virtual}`
      // What is left of it, such as hiding the scroll bar of a page beneath a dialogue, uses
      // style sheets that the policy of the page allows.
      if (/\/Dom\/dynamicCSS$/.test(source)) return fileURLToPath(new URL('src/app/dynamic-styles.ts', `file://${process.cwd()}/`))
    },
    load(id) {
      if (id === `\0${virtual}`) return antdStyles()
      if (!/\/antd\/es\/[a-z-]+\/style\/[A-Za-z]+\.js$/.test(id) || /\/(progress|carousel)\//.test(id)) return
      const source = readFileSync(id, 'utf8')
      const named = [...source.matchAll(/export const (\w+) = (genStyleHooks|genSubStyleComponent)\(/g)].map(
        ([, name, made]) => `export const ${name} = ${made === 'genStyleHooks' ? hook : nothing}`,
      )
      return `export default ${source.includes('export default genSubStyleComponent(') ? nothing : hook}\n${named.join('\n')}`
    },
  }
}
