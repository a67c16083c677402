@echo off
rem Runs inkling: finds a JDK, builds what is missing or out of date, starts the program.
rem
rem INKLING_JAVA_HOME   the JDK to use; else JAVA_HOME, PATH and the usual folders are searched, and one with the vector
rem                     module (jdk.incubator.vector) comes before one without
rem INKLING_JAVA_OPTS   more options for the JVM, for instance -Xmx8g
rem
rem The same in the same order as `inkling`, the launcher for other systems. No path stands between parentheses: the
rem one in "Program Files (x86)" would end them.
setlocal EnableExtensions DisableDelayedExpansion
set "ROOT=%~dp0"
set "TARGET=%ROOT%app\target"
set "BUILT=%TARGET%\built.txt"
set "STARTED=%TARGET%\started.txt"
set "ARCHIVE=%TARGET%\classes.jsa"
set "LOG=%TARGET%\maven.txt"
set "MINIMUM=25"
set "JDK="
set "SLOW="
set "NEAREST=0"

rem ---- the JDK: the `release` file says the version and the modules, so no JVM is started to look ----

if not defined INKLING_JAVA_HOME goto :search
call :first "%INKLING_JAVA_HOME%"
if not defined JDK set "JDK=%SLOW%"
if defined JDK goto :found
>&2 echo inkling: INKLING_JAVA_HOME is "%INKLING_JAVA_HOME%", which is not a JDK %MINIMUM% or newer.
exit /b 2

:search
if defined JAVA_HOME call :first "%JAVA_HOME%"
if defined JDK goto :found
for %%J in (java.exe) do if not "%%~$PATH:J"=="" call :first "%%~dp$PATH:J.."
if defined JDK goto :found
for /d %%D in (
    "%ProgramFiles%\Eclipse Adoptium\*"
    "%ProgramFiles%\Java\*"
    "%ProgramFiles%\Microsoft\jdk-*"
    "%ProgramFiles%\Amazon Corretto\*"
    "%ProgramFiles%\Zulu\*"
    "%ProgramFiles%\BellSoft\*"
    "%LocalAppData%\Programs\Eclipse Adoptium\*"
    "%LocalAppData%\mise\installs\java\*"
    "%UserProfile%\.jdks\*"
    "%UserProfile%\.sdkman\candidates\java\*"
    "%UserProfile%\.jbang\cache\jdks\*"
) do call :nearest "%%~D"
call :nearest "%UserProfile%\.jbang\currentjdk"
for /d %%D in ("%UserProfile%\scoop\apps\*jdk*") do call :nearest "%%~D\current"
if not defined JDK set "JDK=%SLOW%"
if defined JDK goto :found
>&2 echo inkling: no JDK %MINIMUM% or newer was found. Install one (for instance from https://adoptium.net) or set INKLING_JAVA_HOME to its folder.
exit /b 2

rem ---- the build: app\target\built.txt is the last thing it writes, and says that the program started ----

:found
call :current
if not errorlevel 1 goto :start
where mvn >nul 2>nul
if errorlevel 1 goto :without_maven
if not exist "%JDK%\bin\javac.exe" goto :without_compiler
set "NEWS=building for the first time (about a minute; Maven fetches what it needs) ..."
if exist "%TARGET%\modules" set "NEWS=the sources have changed, building again (about half a minute) ..."
>&2 echo inkling: %NEWS%
if exist "%BUILT%" del /q "%BUILT%"
if exist "%TARGET%\modules" rmdir /s /q "%TARGET%\modules"
if exist "%ARCHIVE%" del /q "%ARCHIVE%"
if exist "%TARGET%\modules" goto :in_use
if exist "%ARCHIVE%" goto :in_use
if not exist "%TARGET%" mkdir "%TARGET%"
type nul >"%STARTED%"
setlocal
set "JAVA_HOME=%JDK%"
set "PATH=%JDK%\bin;%PATH%"
set "MAVEN_OPTS=%MAVEN_OPTS% --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED"
pushd "%ROOT%"
rem What Maven says matters only where the build fails; then its warnings too, which are errors here.
call mvn -B -ntp -Dstyle.color=never -Dmaven.test.skip=true -pl app -am package >"%LOG%" 2>&1
set "STATUS=%ERRORLEVEL%"
popd
endlocal & set "STATUS=%STATUS%"
if not "%STATUS%"=="0" goto :failed
rem Whatever was edited while the build ran counts as newer.
powershell -NoProfile -NonInteractive -Command "(Get-Item -LiteralPath $env:BUILT).LastWriteTimeUtc = (Get-Item -LiteralPath $env:STARTED).LastWriteTimeUtc"

rem ---- the program: it finds out by itself whether it writes to a terminal ----

rem Where the vector module is missing the program says so itself, and computes without.

:start
call :release "%JDK%"
set "ADD_VECTORS="
if defined VECTORS set "ADD_VECTORS=--add-modules=jdk.incubator.vector"
set "ARCHIVED="
if exist "%ARCHIVE%" set ARCHIVED="-XX:SharedArchiveFile=%ARCHIVE%"
set "COMPILE=-XX:Tier3InvocationThreshold=1000 -XX:Tier3CompileThreshold=4000 -XX:Tier4InvocationThreshold=15000"
"%JDK%\bin\java.exe" %ARCHIVED% "-Xlog:cds*=off,aot*=off" %ADD_VECTORS% --enable-native-access=inkling.core -XX:+UseSerialGC -Xms128m -Xmn8m %COMPILE% %INKLING_JAVA_OPTS% -p "%TARGET%\modules" -m inkling.app/inkling.app.Main %*
exit /b %ERRORLEVEL%

:without_maven
>&2 echo inkling: Maven (mvn) is needed to build inkling once and was not found on the PATH. Install Maven 3.8 or newer.
exit /b 2

:without_compiler
>&2 echo inkling: "%JDK%" is a Java runtime without a compiler; building inkling needs a whole JDK %MINIMUM% or newer.
exit /b 2

:in_use
>&2 echo inkling: "%TARGET%\modules" is in use, so it cannot be built anew; end the inkling that still runs.
exit /b 2

:failed
findstr /v /b /c:"[INFO]" "%LOG%" 1>&2
if exist "%BUILT%" type "%BUILT%" 1>&2
if exist "%BUILT%" del /q "%BUILT%"
>&2 echo inkling: the build failed; the messages above say why.
exit /b 2

rem Takes the folder as the JDK if it is new enough and has vectors; remembers the first that is new enough without.
:first
call :release "%~1"
if %MAJOR% LSS %MINIMUM% exit /b 0
if defined VECTORS set "JDK=%~1"
if not defined VECTORS if not defined SLOW set "SLOW=%~1"
exit /b 0

rem The same, if it is also nearer to the version the project is tested with than the one before.
:nearest
call :release "%~1"
if %MAJOR% LSS %MINIMUM% exit /b 0
if not defined VECTORS if not defined SLOW set "SLOW=%~1"
if not defined VECTORS exit /b 0
if defined JDK if %MAJOR% GEQ %NEAREST% exit /b 0
set "JDK=%~1"
set "NEAREST=%MAJOR%"
exit /b 0

rem Sets MAJOR to the Java version of the JDK in the folder, 0 where there is none, and VECTORS if it has the vector module.
:release
set "MAJOR=0"
set "VECTORS="
if not exist "%~1\bin\java.exe" exit /b 0
if not exist "%~1\release" exit /b 0
findstr /c:"jdk.incubator.vector" "%~1\release" >nul
if not errorlevel 1 set "VECTORS=yes"
findstr /b /c:"MODULES=" "%~1\release" >nul
if errorlevel 1 set "VECTORS=yes"
for /f "usebackq tokens=2 delims==.-+" %%V in (`findstr /b /r /c:"JAVA_VERSION=.[0-9]" "%~1\release"`) do set "MAJOR=%%V"
set "MAJOR=%MAJOR:"=%"
exit /b 0

rem Succeeds if the last build ended well and no source is newer than it.
:current
if not exist "%BUILT%" exit /b 1
findstr /b /c:"Usage: inkling" "%BUILT%" >nul
if errorlevel 1 exit /b 1
powershell -NoProfile -NonInteractive -Command "$b = (Get-Item -LiteralPath $env:BUILT).LastWriteTimeUtc; $m = 'tokenizer', 'core', 'app' | %%{ Join-Path $env:ROOT $_ }; $f = @(Get-ChildItem -Recurse -LiteralPath ($m | %%{ Join-Path $_ 'src\main' })) + @(Get-ChildItem -LiteralPath (Join-Path $env:ROOT 'docs\handbook')) + @(Get-Item -LiteralPath ($m | %%{ Join-Path $_ 'pom.xml' })) + @(Get-Item -LiteralPath (Join-Path $env:ROOT 'pom.xml')); if ($f | ?{ $_.LastWriteTimeUtc -gt $b }) { exit 1 }"
exit /b %ERRORLEVEL%
