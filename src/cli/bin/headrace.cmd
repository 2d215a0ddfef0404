@echo off
rem `headrace` in VS Code's terminals on Windows.
setlocal
set ELECTRON_RUN_AS_NODE=1
if not defined HEADRACE_NODE set HEADRACE_NODE=node
"%HEADRACE_NODE%" "%~dp0..\cli.js" %*
