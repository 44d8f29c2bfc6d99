import { FFmpegError, Filter, type FilterContext, FilterGraph, type Frame } from 'node-av/lib';

/** What a chain of filters makes of the pictures put in. */
export type PictureFilter = {
  /** Puts `source` in and the result into `target`; `source` is empty afterwards. The time stays the same. */
  readonly apply: (source: Frame, target: Frame) => void;
  readonly close: () => void;
};

function need<T>(value: T | null, what: string): T {
  if (value === null) throw new Error(`FFmpeg has no ${what}.`);
  return value;
}

/**
 * A chain of one-in-one-out filters (turning, scaling, changing the pixel format). When the pictures change their size or
 * format on the way, the chain is built anew for them.
 */
export function createPictureFilter(chain: readonly string[]): PictureFilter {
  let graph: FilterGraph | null = null;
  let source: FilterContext | null = null;
  let sink: FilterContext | null = null;
  let builtFor = '';

  function build(frame: Frame): void {
    graph?.free();
    graph = new FilterGraph();
    graph.alloc();
    // The encoder has the processors; a filter with threads of its own only gets in its way.
    graph.nbThreads = 1;
    const { num, den } = frame.sampleAspectRatio;
    const settings = [
      `video_size=${frame.width}x${frame.height}`,
      `pix_fmt=${frame.format}`,
      'time_base=1/1000000',
      `pixel_aspect=${num > 0 ? num : 0}/${den > 0 ? den : 1}`,
      `colorspace=${frame.colorSpace}`,
      `range=${frame.colorRange}`,
    ].join(':');
    source = need(
      graph.createFilter(need(Filter.getByName('buffer'), 'filter "buffer"'), 'in', settings),
      'picture source',
    );
    let last = source;
    for (const [index, step] of chain.entries()) {
      const [name = '', ...rest] = step.split('=');
      const filter = need(Filter.getByName(name), `filter "${name}"`);
      const next = need(
        graph.createFilter(filter, `step${index}`, rest.length === 0 ? null : rest.join('=')),
        `filter "${step}"`,
      );
      FFmpegError.throwIfError(last.link(0, next, 0), step);
      last = next;
    }
    sink = need(
      graph.createFilter(need(Filter.getByName('buffersink'), 'filter "buffersink"'), 'out', null),
      'picture sink',
    );
    FFmpegError.throwIfError(last.link(0, sink, 0), 'the last filter');
    FFmpegError.throwIfError(graph.configSync(), 'the chain of filters');
  }

  return {
    apply: (frame, target) => {
      const shape = `${frame.width}x${frame.height} ${frame.format} ${frame.colorSpace} ${frame.colorRange}`;
      if (shape !== builtFor) {
        build(frame);
        builtFor = shape;
      }
      if (source === null || sink === null) throw new Error('The chain of filters is gone.');
      const pts = frame.pts;
      FFmpegError.throwIfError(source.buffersrcAddFrameSync(frame), 'a picture into the filters');
      frame.unref();
      FFmpegError.throwIfError(sink.buffersinkGetFrameSync(target), 'a picture out of the filters');
      target.pts = pts;
    },
    close: () => {
      graph?.free();
      graph = null;
    },
  };
}
