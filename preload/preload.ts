import { contextBridge, ipcRenderer } from 'electron';
import { createBridge } from './bridge.ts';

contextBridge.exposeInMainWorld(
  'plainview',
  createBridge({
    invoke: (channel, text) => ipcRenderer.invoke(channel, text),
    on: (channel, listener) => {
      const heard = (_event: unknown, text: unknown): void => listener(text);
      ipcRenderer.on(channel, heard);
      return () => void ipcRenderer.off(channel, heard);
    },
  }),
);
