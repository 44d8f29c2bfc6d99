import { IconCircleCheck, IconGitBranch } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Size } from '#common/geometry/index.ts';
import type { Mute, Track } from '#common/redaction/index.ts';
import { type ComparedItem, compareDocuments } from '#renderer/engine/index.ts';
import { Hint, StateMark } from '#renderer/ui/index.ts';
import type { PictureSource } from '../overlay.tsx';
import { VersionPicture, type VersionScene } from './version-picture.tsx';
import classes from './versions.module.css';
import type { Version } from './versions.ts';

/** Two versions of a redaction side by side: the frame on the screen as each leaves it, and what each hides. */
export function CompareVersions({
  first,
  second,
  source,
  frame,
  picture,
  pixelAspect,
  marked,
  onMark,
}: {
  readonly first: Version;
  readonly second: Version;
  readonly source: PictureSource;
  readonly frame: number;
  readonly picture: Size;
  readonly pixelAspect: number;
  /** The item that was looked for last. */
  readonly marked: string | null;
  readonly onMark: (item: ComparedItem) => void;
}) {
  const { t } = useTranslation('redaction');
  const items = useMemo(() => compareDocuments(first.document, second.document), [first.document, second.document]);
  const different = items.filter(({ differences }) => differences.length > 0).length;
  const firstScene = useScene(first, picture, pixelAspect, marked);
  const secondScene = useScene(second, picture, pixelAspect, marked);
  return (
    <section className={classes.compare} aria-label={t('versions.compare')}>
      <div className={classes.pictures}>
        {(
          [
            [first, firstScene],
            [second, secondScene],
          ] as const
        ).map(([version, scene]) => (
          <figure key={version.head} className={classes.version}>
            <figcaption className={classes.caption}>
              <VersionName version={version} />
            </figcaption>
            <VersionPicture
              label={t('versions.pictureOf', { name: version.title })}
              source={source}
              frame={frame}
              scene={scene}
            />
          </figure>
        ))}
      </div>
      <div className={classes.items} data-scrolls>
        <table>
          <caption>
            {items.length === 0
              ? t('versions.bothEmpty')
              : t('versions.different', { count: different, of: items.length })}
          </caption>
          <thead>
            <tr>
              <th scope="col">{t('versions.item')}</th>
              <th scope="col">{first.title}</th>
              <th scope="col">{second.title}</th>
              <th scope="col">{t('versions.difference')}</th>
            </tr>
          </thead>
          <tbody>
            {items.map((item) => (
              <tr
                key={item.id}
                data-same={item.differences.length === 0 || undefined}
                data-marked={item.id === marked || undefined}
              >
                <th scope="row">
                  <button
                    type="button"
                    className={classes.item}
                    aria-pressed={item.id === marked}
                    onClick={() => onMark(item)}
                  >
                    {item.name}
                  </button>
                </th>
                <td>{said(item.first, t('versions.notThere'))}</td>
                <td>{said(item.second, t('versions.notThere'))}</td>
                <td>
                  <Differences item={item} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );

  function said(item: Track | Mute | null, notThere: string) {
    if (item === null) return <Hint>{notThere}</Hint>;
    const style = 'style' in item ? t(`styles.${item.style.kind}`) : t('mutes');
    return `${style} · ${t('frames', item.range)}`;
  }
}

function useScene({ document }: Version, picture: Size, pixelAspect: number, marked: string | null): VersionScene {
  return useMemo(() => ({ document, picture, pixelAspect, marked }), [document, picture, pixelAspect, marked]);
}

function Differences({ item }: { readonly item: ComparedItem }) {
  const { t } = useTranslation('redaction');
  if (item.differences.length === 0) return <Hint>{t('versions.same')}</Hint>;
  const words = item.differences.map((each) => t(`versions.differs.${each}`)).join(', ');
  return (
    <StateMark tone="attention">
      {words} · {t('versions.from', { frame: item.frame })}
    </StateMark>
  );
}

/** Which version it is, of whom and when. */
function VersionName({ version }: { readonly version: Version }) {
  const Icon = version.trunk ? IconCircleCheck : IconGitBranch;
  return (
    <>
      <Icon size={16} stroke={1.75} aria-hidden />
      <strong>{version.title}</strong>
      <span className={classes.dim}>{version.detail}</span>
    </>
  );
}
