using Cli;

return await Root.RunProgram(args);
