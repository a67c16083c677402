@echo off
rem Runs inkling: finds a JDK, builds what is missing or out of date, starts the program.
rem
rem INKLING_JAVA_HOME   the JDK to use; else JAVA_HOME, PATH and the usual folders are searched, and one with the vector
rem                     module (jdk.incubator.vector) comes before one without
rem INKLING_JAVA_OPTS   more options for the JVM, for instance -Xmx8g
setlocal EnableExtensions DisableDelayedExpansion
set "ROOT=%~dp0"
set "BUILT=%ROOT%app\target\built.txt"
set "JDK="
set "SLOW="

if defined INKLING_JAVA_HOME (
    call :try "%INKLING_JAVA_HOME%"
    call :accept
    if not defined JDK (
        >&2 echo inkling: INKLING_JAVA_HOME is %INKLING_JAVA_HOME%, which is not a JDK 25 or newer.
        exit /b 2
    )
)
if defined JAVA_HOME call :try "%JAVA_HOME%"
for %%J in (java.exe) do if not "%%~$PATH:J"=="" call :try "%%~dp$PATH:J.."
for /d %%D in ("%ProgramFiles%\Eclipse Adoptium\*" "%ProgramFiles%\Java\*" "%ProgramFiles%\Microsoft\jdk-*" "%ProgramFiles%\Amazon Corretto\*" "%ProgramFiles%\Zulu\*" "%USERPROFILE%\.jdks\*" "%USERPROFILE%\.sdkman\candidates\java\*" "%USERPROFILE%\.jbang\cache\jdks\*" "%USERPROFILE%\scoop\apps\*jdk*") do call :try "%%~D"
call :accept
if not defined JDK (
    >&2 echo inkling: no JDK 25 or newer was found. Install one ^(for instance from https://adoptium.net^) or set INKLING_JAVA_HOME to its folder.
    exit /b 2
)

call :current
if not errorlevel 1 goto :start
where mvn >nul 2>nul
if errorlevel 1 (
    >&2 echo inkling: Maven ^(mvn^) is needed to build inkling once and was not found on the PATH. Install Maven 3.8 or newer.
    exit /b 2
)
>&2 echo inkling: building, which takes about a minute ...
if exist "%BUILT%" del /q "%BUILT%"
if exist "%ROOT%app\target\modules" rmdir /s /q "%ROOT%app\target\modules"
pushd "%ROOT%"
set "OLD_PATH=%PATH%"
set "JAVA_HOME=%JDK%"
set "PATH=%JDK%\bin;%PATH%"
call mvn -q -B -ntp -Dmaven.test.skip=true -pl app -am package 1>&2
set "STATUS=%ERRORLEVEL%"
set "PATH=%OLD_PATH%"
popd
if not "%STATUS%"=="0" (
    if exist "%BUILT%" del /q "%BUILT%"
    >&2 echo inkling: the build failed; the messages above say why.
    exit /b 2
)

:start
rem Where the vector module is missing the program says so itself, and computes without.
set "VECTORS=--add-modules=jdk.incubator.vector"
findstr /c:"jdk.incubator.vector" "%JDK%\release" >nul || set "VECTORS="
"%JDK%\bin\java.exe" %VECTORS% --enable-native-access=inkling.core %INKLING_JAVA_OPTS% -p "%ROOT%app\target\modules" -m inkling.app/inkling.app.Main %*
exit /b %ERRORLEVEL%

rem Takes the folder as the JDK if its release file says 25 or newer with vectors and none was taken before; remembers the
rem first without vectors.
:try
if defined JDK goto :eof
if not exist "%~1\bin\java.exe" goto :eof
if not exist "%~1\release" goto :eof
set "MAJOR=0"
for /f "usebackq tokens=2 delims==." %%V in (`findstr /b /c:"JAVA_VERSION=" "%~1\release"`) do set "MAJOR=%%~V"
set "MAJOR=%MAJOR:"=%"
for /f "tokens=1 delims=-+" %%V in ("%MAJOR%") do set "MAJOR=%%V"
if %MAJOR% LSS 25 goto :eof
findstr /c:"jdk.incubator.vector" "%~1\release" >nul && set "JDK=%~1" && goto :eof
if not defined SLOW set "SLOW=%~1"
goto :eof

rem Without a JDK with vectors, one without is slow but right.
:accept
if not defined JDK if defined SLOW set "JDK=%SLOW%"
goto :eof

rem Succeeds if the last build ended well and no source is newer than it.
:current
if not exist "%BUILT%" exit /b 1
findstr /b /c:"Usage: inkling" "%BUILT%" >nul || exit /b 1
powershell -NoProfile -Command "$b=(Get-Item -LiteralPath $env:BUILT).LastWriteTime; $p='tokenizer','core','app' | %%{ Join-Path $env:ROOT $_ }; $f=@(Get-ChildItem -Recurse ($p | %%{ Join-Path $_ 'src\main' })) + @(Get-Item ($p | %%{ Join-Path $_ 'pom.xml' })) + @(Get-Item (Join-Path $env:ROOT 'pom.xml')); if ($f | ?{ $_.LastWriteTime -gt $b }) { exit 1 }"
exit /b %ERRORLEVEL%
